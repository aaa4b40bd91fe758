"""The same screening with Python's datasketch and rensa, for `wov bench screen`: same reading, normalisation,
shingles, permutations, bands and queries; exact Jaccard similarity decides. Times are of the work alone, without
imports. Usage: screen-peers.py datasketch|rensa SAMPLES KNOWN DUPLICATE_BANDS DUPLICATE_ROWS LEAK_BANDS LEAK_ROWS"""

import json
import re
import sys
import time

import datasketch
import rensa

PERMUTATIONS = 128
WORD = re.compile(r"[a-z0-9]+")
DUPLICATE, LEAK = 0.7, 0.5


def shingles(text):
    words = WORD.findall(text.lower())
    if len(words) < 3:
        return {" ".join(words)} if words else set()
    return {" ".join(words[i : i + 3]) for i in range(len(words) - 2)}


def jaccard(a, b):
    common = len(a & b)
    return common / (len(a) + len(b) - common) if common else 0.0


class Datasketch:
    def sketch(self, sets):
        out = []
        for one in sets:
            minhash = datasketch.MinHash(num_perm=PERMUTATIONS)
            if one:
                minhash.update_batch([shingle.encode() for shingle in one])
            out.append(minhash)
        return out

    def union(self, sets, situations, options):
        merged = [minhash.copy() for minhash in situations]
        for minhash, other in zip(merged, options):
            minhash.merge(other)
        return merged

    def index(self, bands, rows):
        lsh = datasketch.MinHashLSH(num_perm=PERMUTATIONS, params=(bands, rows))
        return (lambda key, minhash: lsh.insert(key, minhash)), lsh.query


class Rensa:
    def sketch(self, sets):
        return rensa.RMinHash.from_token_sets([list(one) for one in sets], num_perm=PERMUTATIONS, seed=1)

    def union(self, sets, situations, options):
        return self.sketch(sets)

    def index(self, bands, rows):
        # its bands must divide the permutations, so it gets the next divisor: rather fewer candidates than ours
        bands = max(b for b in (1, 2, 4, 8, 16, 32, 64, 128) if b <= bands)
        lsh = rensa.RMinHashLSH(threshold=0.5, num_perm=PERMUTATIONS, num_bands=bands)
        return lsh.insert, lsh.query


def read(file):
    with open(file, encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    situations = [shingles(row["situation"]) for row in rows]
    options = [set().union(*map(shingles, row["options"])) for row in rows]
    return [row["id"] for row in rows], situations, options


def main():
    name, samples, known, *numbers = sys.argv[1:]
    duplicate_bands, duplicate_rows, leak_bands, leak_rows = map(int, numbers)
    peer = {"datasketch": Datasketch, "rensa": Rensa}[name]()
    started = time.perf_counter()

    _, known_situations, known_options = read(known)
    sides = []
    for sets in (known_situations, known_options):
        insert, query = peer.index(leak_bands, leak_rows)
        for key, minhash in enumerate(peer.sketch(sets)):
            insert(key, minhash)
        sides.append((sets, query))

    ids, situations, options = read(samples)
    whole = [a | b for a, b in zip(situations, options)]
    sketched = [peer.sketch(situations), peer.sketch(options)]
    united = peer.union(whole, *sketched)
    insert, query = peer.index(duplicate_bands, duplicate_rows)
    rejected = []
    for i in sorted(range(len(ids)), key=ids.__getitem__):
        contamination = max(
            (
                jaccard(own[i], sets[key])
                for own, minhashes, (sets, seek) in zip((situations, options), sketched, sides)
                for key in seek(minhashes[i])
            ),
            default=0.0,
        )
        if contamination >= LEAK:
            rejected.append({"id": ids[i], "reason": "contamination", "score": contamination})
            continue
        twin = max((jaccard(whole[i], whole[key]) for key in query(united[i])), default=0.0)
        if twin >= DUPLICATE:
            rejected.append({"id": ids[i], "reason": "duplicate", "score": twin})
        else:
            insert(i, united[i])
    report = json.dumps({"read": len(ids), "rejected": rejected})
    ms = 1000 * (time.perf_counter() - started)
    print(json.dumps({"ms": round(ms), "rejected": len(rejected), "reportBytes": len(report)}))


main()
