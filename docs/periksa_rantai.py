"""Checks the history of a case without Paraf: numbers, links, canonical form and SHA-256 of every fact.

    python3 periksa_rantai.py riwayat.json [DIGEST]       a saved answer of GET .../events, or several in a list
    TOKEN=... python3 periksa_rantai.py https://paraf.example.go.id/api/v1/instances/ID/events [DIGEST]
DIGEST of the newest fact, as noted elsewhere, tells whether the end was cut off. Exit code 0: whole.
"""

import json
import os
import sys
from hashlib import sha256
from unicodedata import is_normalized
from urllib.request import Request, urlopen


def fit(sound, fault):
    if not sound:
        raise ValueError(fault)

def named(pairs):
    fit(len(dict(pairs)) == len(pairs), "sebuah nama bidang tertulis dua kali")
    fit(all(name.isascii() for name, _ in pairs), "sebuah nama bidang bukan ASCII")
    return dict(pairs)

def number(text):
    fit(text.lstrip("-").isdigit() and abs(int(text)) < 2**53, f"bilangan {text} tidak sah")
    return int(text)

def facts(source, query="?limit=200"):
    remote = source.startswith(("https://", "http://"))
    asked = Request(source + query) if remote else source  # noqa: S310
    if remote:
        asked.add_header("Authorization", f"Bearer {os.environ.get('TOKEN', '')}")
    with urlopen(asked, timeout=60) if remote else open(asked, "rb") as file:  # noqa: S310
        read = json.load(file, object_pairs_hook=named, parse_int=number, parse_float=number, parse_constant=number)
    for page in read if isinstance(read, list) else [read]:
        yield from page["items"]
    if remote and read["next"] is not None:
        yield from facts(source, f"?limit=200&cursor={read['next']}")

if len(sys.argv) not in (2, 3):
    sys.exit("Pemakaian: python3 periksa_rantai.py BERKAS_ATAU_ALAMAT [SIDIK_FAKTA_TERAKHIR]")
seq, newest = 0, "0" * 64
try:
    for seq, event in enumerate(facts(sys.argv[1]), 1):
        claimed = event.pop("hash")
        text = json.dumps(event, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        fit(event["seq"] == seq, f"fakta ini bernomor {event['seq']}; ada yang hilang atau berpindah tempat")
        fit(event["prev_hash"] == newest, "tidak menyambung pada fakta sebelumnya")
        fit(is_normalized("NFC", text), "teksnya bukan Unicode NFC")
        newest = sha256(text.encode()).hexdigest()
        fit(newest == claimed, "isinya tidak sesuai dengan sidiknya")
    fit(seq > 0, "tidak ada fakta")
    fit(newest == (sys.argv + [newest])[2], "sidiknya bukan sidik fakta terakhir yang Anda catat")
except OSError as fault:
    sys.exit(f"Riwayat tidak dapat dibaca: {fault}")
except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as fault:
    print(f"Riwayat TIDAK utuh, fakta ke-{seq}: {fault}.")
    sys.exit(1)
print(f"Riwayat utuh: {seq} fakta.\nSidik fakta terakhir: {newest}")
