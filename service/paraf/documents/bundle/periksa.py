"""`python3 periksa.py BUKTI.zip [DIGEST]` checks a bundle: zip as written, each fact in its place, contents and words
those the facts name, each decision, taken again, gives the facts that follow. DIGEST: of the newest, kept elsewhere."""

import json
import re
import sys
from collections import Counter
from hashlib import sha256
from io import BytesIO
from types import SimpleNamespace
from xml.etree.ElementTree import fromstring
from zipfile import ZipFile, ZipInfo

BPMN, PARAF = "{http://www.omg.org/spec/BPMN/20100524/MODEL}", "{urn:paraf:bpmn:1}"
PERSONS, NESTED, PLACE = ("userTask", "manualTask"), ("subProcess", "callActivity"), [0]
WORD = re.compile(r'\s*("(?:[^"\\]|\\.)*"|[A-Za-z_]\w*\.\w+|-?\d+(?:\.\d+)?|[a-z]+|!=|<=|>=|[=<>(),])')
ORDER = {"<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (0, 1)}
UNTOLD = re.compile(r"PETUNJUK\.txt|periksa\.py|ringkasan\.pdf|(fakta|rute/riwayat)\.jsonl|(rute/)?bukaan\.json")
class Thing(SimpleNamespace):
    gone, kind, flow = False, "", None
def fit(sound, fault):
    if not sound:
        raise ValueError(fault)
def digest(content):
    return sha256(content).hexdigest()
# --- the route and its conditions
def said(node, name):
    return node.findall(f"{BPMN}extensionElements/{PARAF}{name}")
def literal(text):
    return json.loads(text) if re.fullmatch(r"\s*(true|false|null|-?(0|[1-9]\d{0,14}))\s*", text) else text
def read_route(content, nodes):  # puts every part of a BPMN file into `nodes`; gives its process and its options
    fit(b"<!DOCTYPE" not in content and len(content) <= 1024**2, "rute memuat DOCTYPE atau terlalu besar")
    root = fromstring(content.decode())  # noqa: S314 - read as text, so that no encoding hides a DOCTYPE
    codes = {code.get("id"): f"{kind}:{code.get(kind + 'Code') or code.get('name') or code.get('id')}"
             for kind in ("error", "escalation") for code in root.findall(BPMN + kind)}
    process = root.find(BPMN + "process")
    for parent in [process, *process.iter(BPMN + "subProcess")]:
        for node in parent:
            event = next((part for part in node if part.tag.endswith("EventDefinition")), Thing(tag="", get=str))
            kind = event.tag.removeprefix(BPMN).removesuffix("EventDefinition")
            times = re.match(r"R(\d*)/", event[0].text.strip()) if kind == "timer" else None
            nodes[node.get("id")] = Thing(
                xml=node, get=node.get, id=node.get("id"), tag=node.tag.removeprefix(BPMN), scope=parent.get("id"),
                event=kind, code=codes.get(event.get(kind + "Ref")), times=int(times[1] or -1) if times else 1,
                out=[], into=[], each=node.find(BPMN + "multiInstanceLoopCharacteristics"))
    for flow in process.iter(BPMN + "sequenceFlow"):
        nodes[flow.get("sourceRef")].out.append(flow)
        nodes[flow.get("targetRef")].into.append(flow.get("id"))
    return process.get("id"), {option.get("name"): literal(option.get("value")) for option in said(process, "option")}
def holds(text, known):  # null, and what cannot be compared, does not hold
    words = [*WORD.findall(text), ""]
    def value(level):
        if level < 2:  # or, and: the truest or the falsest of all, null between them
            found = [value(level + 1)]
            while words[0] == ("or", "and")[level]:
                found.append(words.pop(0) and value(level + 1))
            return (max, min)[level](found, key=lambda one: (one is True) - (one is False))
        if level == 2:
            left, word = value(3), words.pop(0) if words[0] in ("in", "=", "!=", *ORDER) else ""
            if word == "in":
                return True in {compared("=", left, value(3)) for _ in iter(lambda: words.pop(0), ")")}
            return compared(word, left, value(3)) if word else left
        word = words.pop(0)
        if word in ("not", "("):
            del words[: word == "not"]
            inner, _ = value(0), words.pop(0)
            return inner if word == "(" else not inner if isinstance(inner, bool) else None
        if re.match(r"[A-Za-z_]\w*\.", word):
            return (known.get(word.split(".")[0]) or {}).get(word.split(".")[1])
        return json.loads(word)
    return value(0) is True
def compared(word, left, right):
    kinds = {"number" if type(one) in (int, float) else type(one).__name__ for one in (left, right)}
    ordered = (left > right) - (left < right) in ORDER.get(word, ()) if kinds in ({"number"}, {"str"}) else None
    return (len(kinds) == 1 and left == right) == (word == "=") if word in ("=", "!=") else ordered
# --- the token game
def alive(one):
    return one is None or not one.gone and alive(one.up)
class Game:
    """A token stands, by `up`, in a process that runs or in a host with its instances, and is gone when that is."""
    def __init__(self, nodes, case, option):
        self.nodes, self.fixed, self.visits = nodes, {"case": case, "option": option}, Counter()
        self.tokens, self.over, self.end = [], False, None
    def go(self, answers, each, act, *given):  # one command; gives the facts that must follow it
        self.answers, self.each, self.asked, self.moves, self.left = answers, each, set(), [], 10_000
        getattr(self, act)(*given) if act else self.tokens.clear()
        self.tokens = [token for token in self.tokens if alive(token)]
        return self.moves + [("instance.ended", self.end)] * self.over
    def put(self, up, **said):
        self.tokens.append(Thing(up=up, **said))
        return self.tokens[-1]
    def tell(self, kind, node, what=None):
        self.visits[node.id] += 1
        self.left -= 1
        fit(self.left > 0, "alur tidak kunjung berhenti")
        self.moves.append((kind, node.id, self.visits[node.id], what))
    def begin(self, host, process, item=None):
        start = next(n for n in self.nodes.values() if n.scope == process and n.tag == "startEvent")
        self.reach(Thing(up=host, known={}, item=item), start)
    def fire(self, element, number):
        self.ring(next(t for t in self.tokens if t.kind == "timer" and (t.node.id, t.number) == (element, number)))
    def complete(self, element, visit, context):
        tasks = {(token.node.id, token.visit): token for token in self.tokens if token.kind == "task"}
        fit(task := tasks.pop((element, visit), None), "tugas ini tidak sedang terbuka")
        task.gone, host = True, task.up
        fit(not task.closer or all(t.up is not host for t in tasks.values()), "penutup mendahului yang lain")
        host.counts.update([context["outcome"]] if task.node.each is not None and context.get("outcome") else ())
        host.context = {**context, **host.counts}
        self.done(host)
    def leave(self, scope, flows):
        ready = []
        for target, flow in [(self.nodes[flow.get("targetRef")], flow.get("id")) for flow in flows]:
            if target.tag == "parallelGateway":  # counts its tokens at once, passes when one has come each way
                self.put(scope, flow=flow)
                here = {t.flow: t for t in self.tokens if t.flow in target.into and t.up is scope and alive(t)}
                if not here.keys() >= {*target.into}:
                    continue
                for into in target.into:
                    here[into].gone = True
            ready.append(self.put(scope, node=target))
        for token in filter(alive, ready):
            token.gone = True
            self.reach(scope, token.node)
    def reach(self, scope, node):
        for part in said(node.xml, "answer") + said(node.xml, "decision"):
            self.asked.add(name := part.get("name") or part.get("ref"))
            scope.known[part.get("name") or node.id] = self.answers[name]
        if node.tag in (*PERSONS, *NESTED, "intermediateCatchEvent"):
            return self.arm(self.put(scope), node) if node.event else self.enter(scope, node)
        flows = self.chosen(scope, node) if node.tag == "exclusiveGateway" else node.out
        self.tell("element.passed", node, flows[0].get("id") if node.tag == "exclusiveGateway" else None)
        if node.tag != "eventBasedGateway":
            return self.ended(scope, node) if node.tag == "endEvent" else self.leave(scope, flows)
        race = self.put(scope)
        for way in flows:
            self.arm(race, self.nodes[way.get("targetRef")])
    def chosen(self, scope, node):
        known, default = {**scope.known, **self.fixed}, [f for f in node.out if f.get("id") == node.get("default")]
        ways = [(f.findtext(BPMN + "conditionExpression") or "false", f) for f in node.out if f not in default]
        self.left -= sum(n if n > 1000 else n / 1000 for n in (len(text.strip()) for text, _ in ways))  # 1000: the most
        return node.out if len(node.out) == 1 else [*(f for text, f in ways if holds(text, known)), *default][:1]
    def ended(self, scope, node):
        for token in self.tokens if node.event == "terminate" else ():
            token.gone = token.gone or token.up is scope
        for timer in [t for t in self.tokens if t.kind and t.up is scope.up and t.node.code == (node.code or "")][:1]:
            self.ring(timer)
        if alive(scope) and not any(token.up is scope and alive(token) for token in self.tokens):
            scope.gone, self.over, self.end = True, scope.up is None, node.id  # empty: the token of its host goes on
            self.over or self.done(scope.up)
    def enter(self, scope, node):
        loop, host = node.each, self.put(scope, node=node, rest=[(scope.item, False)], counts=Counter(), context=None)
        if loop is not None:
            self.asked.add(node.id)
            host.rest = [(m, False) for m in self.each[node.id]] + [(None, True)] * (PARAF + "closer" in loop.attrib)
            host.counts = Counter({outcome.get("id"): 0 for outcome in said(node.xml, "outcome")})
        for event in [event for event in self.nodes.values() if event.get("attachedToRef") == node.id]:
            self.arm(host, event)
        self.run(host, 1 if loop is not None and loop.get("isSequential") == "true" else len(host.rest))
    def run(self, host, count):
        host.running = count
        for item, closer in [host.rest.pop(0) for _ in range(count)]:
            if alive(host) and host.node.tag in NESTED:
                self.begin(host, host.node.get("calledElement") or host.node.id, item)
            elif alive(host):
                self.tell("task.opened", host.node, item)
                self.put(host, kind="task", node=host.node, visit=self.visits[host.node.id], closer=closer)
    def done(self, host):
        host.running -= 1
        if host.running or host.rest:
            return host.running or self.run(host, 1)
        host.gone, host.up.known[host.node.id] = True, host.context
        self.leave(host.up, host.node.out)
    def arm(self, up, node):  # `up` is the host whose border it is on, or the race that the first to ring ends
        self.visits["armed", node.id] += 1
        self.put(up, kind="timer", node=node, number=self.visits["armed", node.id], left=node.times)
    def ring(self, timer):
        self.tell("element.passed", timer.node)
        timer.left -= timer.node.event == "timer"
        timer.gone, timer.up.gone = timer.left == 0, timer.node.get("cancelActivity") != "false"
        self.leave(timer.up.up, timer.node.out)
# --- the bundle
def leaves(value, path):
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [leaf for name, part in parts for leaf in leaves(part, f"{path}.{name}")] or [(path, value)]
def unpacked(path):
    with open(path, "rb") as file:
        whole, entries = file.read(), ZipFile(file).infolist()
    fit(sum(entry.file_size for entry in entries) <= len(whole), "isinya lebih besar daripada berkas zip ini")
    begins = {entry: entry.header_offset + 30 + len(entry.filename) for entry in entries}
    return whole, {entry.filename: whole[start : start + entry.file_size] for entry, start in begins.items()}
def as_written(whole, files):  # the zip is, byte for byte, as Paraf writes it: nothing compressed, nothing between
    with ZipFile(again := BytesIO(), "w") as made:
        for info in map(ZipInfo, files):
            info.create_system = 3
            made.writestr(info, files[info.filename])
    listed, found = files.pop("manifest.json"), {name: digest(content) for name, content in files.items()}
    known = (files["fakta.jsonl"] + files["rute/manifest.json"]).decode()
    other = {name for name, _ in json.loads(listed)["files"].items() ^ found.items()}
    other |= {n for n, one in found.items() if not (UNTOLD.fullmatch(n) or one in known and ("rute/" in n or one in n))}
    fit(not other, f"tidak sesuai dengan manifest.json atau dengan fakta: {', '.join(sorted(other))}")
    told = json.dumps({"files": found, "format": "paraf-bukti-1"}, sort_keys=True, separators=(",", ":")).encode()
    fit((again.getvalue(), listed) == (whole, told), "susunan zip tidak lagi seperti yang dibuat Paraf")
def chained(text):
    facts, head = [], "0" * 64
    for PLACE[0], line in enumerate(text.decode().removesuffix("\n").split("\n"), 1):
        fact, told = json.loads(line[8:-75]), digest(line[8:-75].encode())
        fit(line == f'{{"body":{line[8:-75]},"hash":"{told}"}}', "isinya tidak sesuai dengan sidiknya")
        fit((fact["seq"], fact["prev_hash"]) == (PLACE[0], head), "ada fakta yang hilang atau berpindah tempat")
        head = facts.append(fact) or told
    return facts, head
def lived_again(facts, files):
    have, words = {digest(content): content for content in files.values()}, json.loads(files["bukaan.json"])
    nodes, owed, held = {}, [], False
    for fact in facts:
        PLACE[0], kind, data, at = fact["seq"], fact["type"], fact["data"], [fact.get("element_id"), fact.get("visit")]
        for path, value in leaves(data, "data"):
            if path.endswith(".sc"):
                salt, text, _ = words.pop(f"{PLACE[0]} {path[:-3]}")
                fit(salt is None or digest(bytes.fromhex(salt) + text.encode()) == value, "kata-katanya berubah")
            fit(not path.endswith("sha256") or value is None or value in have, f"isi bersidik {value} tidak ada lagi")
        if kind == "instance.started":
            pins = json.loads(have[data["manifest_sha256"]])
            whole = all(value in have for path, value in leaves(pins, "") if path != ".key" and value)
            process, option = [read_route(have[one], nodes) for one in [*pins["called"].values(), pins["route"]]][-1]
            fit(whole and (pins["route"], option) == (data["route_sha256"], data["option"]), "rutenya tidak sesuai")
            game = Game(nodes, data["case"], option)
        act = {"instance.started": ("begin", None, process), "task.decided": ("complete", *at, data.get("context")),
               "timer.fired": ("fire", *at)}.get(kind, [""])
        if act != [""] or kind in ("instance.withdrawn", "instance.cancelled"):
            fit(not owed, "langkah yang harus mendahuluinya tidak ada")
            fit(not held or kind == "instance.cancelled", "berkas sedang ditangguhkan")
            owed = game.go(data.get("answers", {}), data.get("each", {}), *act)
            fit(game.asked == {*game.answers, *game.each}, "alur menanyakan hal lain")
        elif kind in ("element.passed", "task.opened", "instance.ended"):
            seen = (kind, *at, data.get("flow", data.get("item"))) if at[0] else (kind, data["end"])
            fit(owed and owed.pop(0) == seen, "alur memberikan langkah lain di sini")
        held = data.get("state", held) in ("suspended", "incident", True)
    fit(not owed and not words, "ada langkah yang harus mengikutinya, atau kata-kata tanpa fakta")
if __name__ == "__main__":
    try:
        sys.setrecursionlimit(25_000)
        archive, proofs = unpacked(sys.argv[1])
        history, newest = chained(proofs["fakta.jsonl"])
        lived_again(history, proofs)
        fit(sys.argv[2:] in ([], [newest]), "sidiknya bukan sidik fakta terakhir yang Anda catat")
        PLACE[0] = 0
        as_written(archive, proofs)
    except Exception as fault:  # whatever cannot be read is a fault of the bundle
        sys.exit(print("Bukti TIDAK utuh,", f"fakta ke-{PLACE[0]}:" if PLACE[0] else "di luar fakta:", fault) or 1)
    print(f"Bukti utuh: {len(history)} fakta; setiap keputusan menghasilkan alur yang sama.\nSidik terakhir: {newest}")
