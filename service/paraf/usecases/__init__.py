"""One file per sentence the product can say; each is one transaction."""
