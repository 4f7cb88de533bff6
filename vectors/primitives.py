"""The vectors of single formats: each case is one input and whether a reader accepts it."""

# A table reads better with one case in one long line.
# ruff: noqa: E501
# fmt: off

from __future__ import annotations

import base64
import json
from typing import Any

import curve
import maker
import story
from maker import ANNA, BORYS, LOG, ORIGIN, STRANGER, b64, b64url, canonical, chance, disclosure, hidden

Record = dict[str, Any]
MISREAD = "Two readers take different values from the same bytes, or the same value from different bytes."
FORGED = "A signature passes that the holder of the key never made."
PLACE = "An entry passes that is not in the tree, or not at this place."


def case(name: str, why: str, effect: str = "", **members: Any) -> Record:
    """One case; with an effect it must be refused."""
    return {"id": name, "why": why, **({"effect": effect} if effect else {}), **members, "expect": "refuse" if effect else "accept"}


def encoding() -> list[Record]:
    """JSON texts, lines, instants and base64."""
    def one(name: str, data: bytes, why: str, effect: str = "", what: str = "json") -> Record:
        return case(name, why, effect, what=what, base64=b64(data))

    deep = b"[" * 32 + b"]" * 32
    good = {
        "empty-object": (b"{}", "The smallest object."), "null": (b"null", "A text may be any value."), "empty-string": (b'""', "A string of nothing."),
        "sorted": (b'{"1":1,"10":2,"a":{"B":[],"b":{}}}', "Keys sorted by code point."),
        "largest": (b"[9007199254740991,-9007199254740991]", "The largest integers."),
        "literals": (b"[56,{\"d\":true,\"10\":null,\"1\":[]}]".replace(b'{"d":true,"10":null,"1":[]}', b'{"1":[],"10":null,"d":true}'), "From RFC 8785 section 3.2.3."),
        "escapes": (b'"\\b\\t\\n\\f\\r\\"\\\\\\u000f\\u001f/\x7f"', "The escapes of RFC 8785 section 3.2.2.2; no others."),
        "euro": ("\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"".encode(), "The string of RFC 8785 section 3.2.2."),
        "ukrainian": ('{"name":"Їжак"}'.encode(), "Text is not escaped."), "astral": ('"\U0001f600"'.encode(), "A character beyond the basic plane."),
        "line-separator": ("\"\u2028\"".encode(), "U+2028 is not escaped."), "nul": (b'"\\u0000"', "A NUL in a string is escaped."), "deep": (deep, "32 levels."),
        "value-not-ascii-key": (b'{"_sd":"\xc3\xa9"}', "Values may be any text."),
    }
    bad = {
        "fraction": (b"1.5", "A fraction."), "fraction-zero": (b"1.0", "A whole number with a fraction."), "exponent": (b"1e2", "An exponent."), "minus-zero": (b"-0", "Minus zero."),
        "too-large": (b"9007199254740992", "2^53."), "too-small": (b"-9007199254740992", "-2^53."), "digits": (b"1" * 5000, "5,000 digits."), "plus": (b"+1", "A plus sign."), "leading-zero": (b"01", "A leading zero."),
        "nan": (b"NaN", "NaN."), "infinity": (b"Infinity", "Infinity."), "minus-infinity": (b"[-Infinity]", "Minus infinity."),
        "key-twice": (b'{"a":1,"a":1}', "A key twice."), "key-twice-escaped": (b'{"a":1,"\\u0061":2}', "A key twice, once escaped."),
        "key-not-ascii": ('{"é":1}'.encode(), "A key that is not ASCII."), "unsorted": (b'{"b":1,"a":2}', "Keys are not sorted."), "unsorted-inside": (b'[{"b":1,"a":2}]', "Keys are not sorted, one level down."),
        "space": (b'{"a": 1}', "White space."), "space-before": (b" {}", "White space before."), "space-after": (b"{} ", "White space after."), "line-feed-after": (b"{}\n", "A line feed after a text."),
        "escaped-letter": (b'"\\u0061"', "An escape that is not needed."), "escaped-slash": (b'"\\/"', "An escaped slash."), "escaped-capitals": (b'"\\u000F"', "Hexadecimal digits in capitals."), "escaped-short": (b'"\\u000a"', "A long escape where a short one exists."),
        "escaped-pair": (b'"\\ud83d\\ude00"', "A character as an escaped pair."), "lone-surrogate": (b'"\\ud83d"', "Half of a pair."), "lone-low-surrogate": (b'["\\udc00"]', "The other half."), "surrogate-utf-8": (b'"\xed\xa0\x80"', "A surrogate as bytes."),
        "overlong": (b'"\xc0\xaf"', "An overlong encoding."), "not-utf-8": (b'"\xff"', "Not UTF-8."), "byte-order-mark": (b"\xef\xbb\xbf{}", "A byte order mark."), "utf-16": ("{}".encode("utf-16-le"), "UTF-16."),
        "control": (b'"\x01"', "A control character."), "raw-line-feed": (b'"\n"', "A line feed in a string."), "comment": (b"{}//", "A comment."), "trailing-comma": (b"[1,]", "A comma too much."), "single-quotes": (b"{'a':1}", "Single quotes."),
        "two-values": (b"1 2", "Two values."), "nothing": (b"", "Nothing."), "cut": (b'{"a":', "Cut short."), "too-deep": (b"[" + deep + b"]", "33 levels."), "very-deep": (b"[" * 20000, "20,000 levels."), "true-capital": (b"True", "A word of another language."),
    }
    cases = [one(name, data, why) for name, (data, why) in good.items()] + [one(name, data, why, MISREAD) for name, (data, why) in bad.items()]
    cases += [one("line", b"{}\n", "A line.", what="line"), one("line-without-feed", b"{}", "No line feed.", MISREAD, "line"), one("line-crlf", b"{}\r\n", "CR LF.", MISREAD, "line"), one("line-two-feeds", b"{}\n\n", "An empty line.", MISREAD, "line")]
    instants = {"instant": "2026-01-02T03:04:05Z", "instant-nanoseconds": "0001-01-01T00:00:00.000000001Z", "instant-last": "9999-12-31T23:59:59Z", "instant-leap-day": "2024-02-29T00:00:00Z"}
    cases += [one(name, text.encode(), "An instant.", what="instant") for name, text in instants.items()]
    wrong = {"instant-no-leap-day": "2023-02-29T00:00:00Z", "instant-leap-second": "2016-12-31T23:59:60Z", "instant-hour-24": "2026-01-01T24:00:00Z", "instant-offset": "2026-01-02T03:04:05+00:00", "instant-no-zone": "2026-01-02T03:04:05", "instant-small-z": "2026-01-02T03:04:05z", "instant-space": "2026-01-02 03:04:05Z",
             "instant-year-0": "0000-01-01T00:00:00Z", "instant-ten-digits": "2026-01-02T03:04:05.0123456789Z", "instant-empty-fraction": "2026-01-02T03:04:05.Z", "instant-other-digits": "２026-01-02T03:04:05Z", "instant-line-feed": "2026-01-02T03:04:05Z\n", "instant-minutes": "2026-01-02T03:04Z"}
    cases += [one(name, text.encode(), "No instant of encoding-6.", "A time is read as another, or as none.", "instant") for name, text in wrong.items()]
    for what, texts, refused in (("base64", ("", "QQ==", "QUI=", "QUJD", "+/+/"), ("QQ", "QQ=", "QR==", "QUI", "QUJ=", "QUJDQ===", "Q", "-_-_", "QU JD", "QUJD\n", "====", "QQ==QQ==", "QUJé")),
                                 ("base64url", ("", "QQ", "QUI", "QUJD", "-_-_"), ("QQ==", "QR", "QUJ", "Q", "+/+/", "QU JD", "QUJD\n", "QUI=", "é"))):
        cases += [one(f"{what}-{at}", text.encode(), "As an encoder writes it.", what=what) for at, text in enumerate(texts)]
        cases += [one(f"{what}-refused-{at}", text.encode(), "Not as an encoder writes it.", MISREAD, what) for at, text in enumerate(refused)]
    return cases


RFC_8032 = (
    ("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", ""),
    ("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72"),
    ("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7", "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82"),
)


def ed25519() -> list[Record]:
    """Keys, messages and signatures."""
    def one(name: str, why: str, key: bytes, message: bytes, signature: bytes, effect: str = "") -> Record:
        return case(name, why, effect, key=key.hex(), message=message.hex(), signature=signature.hex())

    cases = []
    for at, (seed, public, message) in enumerate(RFC_8032, 1):
        private = maker.Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed))
        assert private.public_key().public_bytes_raw().hex() == public
        cases.append(one(f"rfc-8032-{at}", f"Test {at} of RFC 8032 section 7.1.", bytes.fromhex(public), bytes.fromhex(message), private.sign(bytes.fromhex(message))))
    key, text = ANNA.raw, b"a message"
    sig = ANNA.sign(text)
    r, s = sig[:32], int.from_bytes(sig[32:], "little")
    twice = "One signature comes in two forms, and what it signs in two."
    some = "A checker that does not look at lengths reads beyond, or takes zeros."
    cases += [
        one("plain", "A signature.", key, text, sig), one("long-message", "A message of 10,000 bytes.", key, b"m" * 10_000, ANNA.sign(b"m" * 10_000)),
        one("other-message", "Another message.", key, text + b".", sig, FORGED), one("other-key", "Another key.", BORYS.raw, text, sig, FORGED),
        one("flipped-r", "A bit of R is another.", key, text, bytes([sig[0] ^ 1]) + sig[1:], FORGED), one("flipped-s", "A bit of S is another.", key, text, sig[:32] + bytes([sig[32] ^ 1]) + sig[33:], FORGED),
        one("s-plus-order", "S + L: the same residue.", key, text, r + (s + curve.L).to_bytes(32, "little"), twice), one("s-is-order", "S = L, R neutral.", key, text, bytes([1]) + bytes(31) + curve.L.to_bytes(32, "little"), twice),
        one("s-high-bits", "S with all high bits.", key, text, sig[:63] + b"\xff", twice), one("all-zero", "64 zero bytes.", key, text, bytes(64), FORGED),
        one("short", "63 bytes.", key, text, sig[:-1], some), one("long", "65 bytes.", key, text, sig + b"\0", some), one("nothing", "No bytes.", key, text, b"", some), one("half", "R alone.", key, text, sig[:32], some),
        one("short-key", "A key of 31 bytes.", key[:-1], text, sig, some), one("long-key", "A key of 33 bytes.", key + b"\0", text, sig, some), one("no-key", "No key.", b"", text, sig, some),
    ]
    seed = chance("key anna")
    a = curve.secret(seed)
    public = curve.times(a, curve.BASE)
    assert curve.encode(public) == key
    eight = curve.torsion()
    small = "One signature fits many messages: whoever enrols this key can deny or claim any of them."
    for at in range(8):
        encoded = curve.encode(curve.times(at, eight))
        for count in range(200):
            message = b"message %d" % count
            k = curve.challenge(bytes([1]) + bytes(31), encoded, message)
            if k * at % 8 == 0:  # R neutral, S = 0: the equation holds
                cases.append(one(f"small-order-{at}", f"The key is {at} times a point of order 8; the equation holds.", encoded, message, bytes([1]) + bytes(63), small))
                break
    odd = "The same key under two encodings has two key ids, and is two agents."
    for name, value in {"y-is-p": curve.P, "y-is-p-plus-1": curve.P + 1, "y-is-p-plus-1-negative": curve.P + 1 | 1 << 255, "x-zero-negative": 1 | 1 << 255, "minus-one-negative": curve.P - 1 | 1 << 255, "y-largest": 2**255 - 1}.items():
        cases.append(one(f"key-{name}", "A key that is not canonically encoded.", value.to_bytes(32, "little"), text, bytes([1]) + bytes(63), odd))
    y = next(y for y in range(3, 19) if _on_curve(y))
    cases.append(one("key-y-plus-p", f"A key with y = p + {y}: a point of large order, not canonically encoded.", (y + curve.P).to_bytes(32, "little"), text, sig, odd))
    off = next(y for y in range(2, 99) if not _on_curve(y))
    cases.append(one("key-off-curve", "No point has this y.", off.to_bytes(32, "little"), text, sig, FORGED))
    neutral = bytes([1]) + bytes(31)
    k = curve.challenge(neutral, key, text)
    cases.append(one("r-neutral", "R is the neutral point, canonically encoded: only keys of small order are refused.", key, text, neutral + (k * a % curve.L).to_bytes(32, "little")))
    for name, value in {"p-plus-1": curve.P + 1, "x-zero-negative": 1 | 1 << 255}.items():
        encoded = value.to_bytes(32, "little")
        k = curve.challenge(encoded, key, text)
        cases.append(one(f"r-{name}", "R is the neutral point, not canonically encoded; for a reader who decodes it the equation holds.", key, text, encoded + (k * a % curve.L).to_bytes(32, "little"), twice))
    cases += _cofactor(a, public, eight)
    return cases


def _on_curve(y: int) -> bool:
    try:
        curve.lift(y, 0)
    except AssertionError:
        return False
    return True


def _cofactor(a: int, public: curve.Point, eight: curve.Point) -> list[Record]:
    """Where the equations with and without cofactor differ."""
    differ = "Some checkers accept and some refuse: an agent makes an entry that holds for one court and not for the other."
    mixed, nonce = curve.encode(curve.add(public, eight)), 12345
    r = curve.encode(curve.times(nonce, curve.BASE))
    found: dict[bool, Record] = {}
    for count in range(200):
        message = b"message %d" % count
        k = curve.challenge(r, mixed, message)
        name, why = ("mixed-key-k-multiple-of-8", "The key has a part of order 8, and k is a multiple of 8: both equations hold.") if k % 8 == 0 else ("mixed-key", "The key has a part of order 8: only the equation with cofactor holds.")
        signature = r + ((nonce + k * a) % curve.L).to_bytes(32, "little")
        found.setdefault(k % 8 == 0, case(name, why, "" if k % 8 == 0 else differ, key=mixed.hex(), message=message.hex(), signature=signature.hex()))
    cases = list(found.values())
    for at in (1, 2, 4):
        wrong = curve.encode(curve.add(curve.times(nonce, curve.BASE), curve.times(at, eight)))
        k = curve.challenge(wrong, curve.encode(public), b"a message")
        signature = wrong + ((nonce + k * a) % curve.L).to_bytes(32, "little")
        cases.append(case(f"mixed-r-{at}", f"R has a part of order {8 // at}: only the equation with cofactor holds.", differ, key=curve.encode(public).hex(), message=b"a message".hex(), signature=signature.hex()))
    return cases


def notes() -> list[Record]:
    """Checkpoints."""
    root = chance("root")
    text = f"{ORIGIN}\n7\n{b64(root)}\n"

    def one(name: str, why: str, data: bytes, effect: str = "", size: int = 7) -> Record:
        read = {} if effect else {"size": size, "root": root.hex()}
        return case(name, why, effect, base64=b64(data), origin=ORIGIN, key=LOG.hex, **read)

    def signed(body: str) -> bytes:
        return maker.note(body, (ORIGIN, LOG))

    good, dash = maker.checkpoint(7, root), "\u2014 "
    mine = good.split(b"\n\n")[1].decode()
    blob = base64.b64decode(mine.split(" ")[2])
    head = "A head passes that the log's key never signed."
    far = 2**53 - 1
    return [
        one("plain", "A checkpoint.", good), one("largest", "The largest size.", maker.checkpoint(far, root), size=far), one("zero", "Size 0.", maker.checkpoint(0, root), size=0),
        one("witness-after", "An unknown signature follows.", good + f"{dash}witness.example AAAAAAA=\n".encode()), one("witness-before", "An unknown signature stands before.", maker.note(text, ("witness.example", STRANGER), (ORIGIN, LOG))),
        one("same-name-other-id", "Another key under the log's name, which nobody knows.", maker.note(text, (ORIGIN, STRANGER), (ORIGIN, LOG))), one("twice", "The log's signature stands twice.", good + mine.encode()),
        one("other-name-same-id", "Another name with the key id of the log: nobody knows it.", good + f"{dash}witness.example {b64(blob[:4] + bytes(64))}\n".encode()), one("sixty-four", "64 signature lines.", good + "".join(f"{dash}w{at} AAAAAAA=\n" for at in range(63)).encode()),
        one("sixty-five", "65 signature lines.", good + "".join(f"{dash}w{at} AAAAAAA=\n" for at in range(64)).encode(), "The checker does endless work."),
        one("too-large", "More than 64 KiB.", good + f"{dash}w {'A' * 65536}\n".encode(), "The checker does endless work."),
        one("stranger", "A stranger signed under the log's name.", maker.checkpoint(7, root, key=STRANGER), head), one("stranger-under-id", "A stranger's signature under the log's key id.", f"{text}\n{dash}{ORIGIN} {b64(blob[:4] + STRANGER.sign(text.encode()))}\n".encode(), head),
        one("other-name", "The log's key signed under another name.", maker.note(text, ("other.example", LOG)), head), one("bad-second", "A second signature by the log's key does not fit.", good + f"{dash}{ORIGIN} {b64(blob[:-1] + bytes([blob[-1] ^ 1]))}\n".encode(), head),
        one("bad-first", "The first of two does not fit.", f"{text}\n{dash}{ORIGIN} {b64(blob[:-1] + bytes([blob[-1] ^ 1]))}\n{mine}".encode(), head), one("no-signature", "No signature line.", text.encode() + b"\n", head), one("text-only", "The bare text.", text.encode(), head), one("nothing", "Nothing.", b"", head),
        one("other-size", "The size was changed afterwards.", good.replace(b"\n7\n", b"\n8\n"), head), one("other-root", "The root was changed afterwards.", good.replace(b64(root).encode(), b64(chance("x")).encode()), head), one("other-origin", "Signed for another origin.", signed(f"other.example\n7\n{b64(root)}\n"), head),
        one("leading-zero", "A leading zero.", signed(f"{ORIGIN}\n07\n{b64(root)}\n"), MISREAD), one("plus", "A plus sign.", signed(f"{ORIGIN}\n+7\n{b64(root)}\n"), MISREAD), one("negative", "A negative size.", signed(f"{ORIGIN}\n-7\n{b64(root)}\n"), MISREAD), one("no-size", "An empty size.", signed(f"{ORIGIN}\n\n{b64(root)}\n"), MISREAD),
        one("digits", "A size of 5,000 digits.", signed(f"{ORIGIN}\n{'9' * 5000}\n{b64(root)}\n"), MISREAD), one("other-digits", "Digits that are not ASCII.", signed(f"{ORIGIN}\n７\n{b64(root)}\n"), MISREAD), one("short-root", "A root of 31 bytes.", signed(f"{ORIGIN}\n7\n{b64(root[:31])}\n"), MISREAD),
        one("root-unpadded", "A root without padding.", signed(f"{ORIGIN}\n7\n{b64(root).rstrip('=')}\n"), MISREAD), one("extension", "An extension line.", signed(text + "more\n"), "Something is signed that no reader looks at."), one("two-lines", "No root.", signed(f"{ORIGIN}\n7\n"), MISREAD),
        one("no-final-line-feed", "No line feed at the end.", good[:-1], MISREAD), one("empty-line-after", "An empty line at the end.", good + b"\n", MISREAD), one("crlf", "CR LF.", good.replace(b"\n", b"\r\n"), MISREAD), one("tab", "A tab in a signature line.", good + f"{dash}w\tAAAAAAA=\n".encode(), MISREAD),
        one("control", "A control character in a name.", good + f"{dash}w\x01w AAAAAAA=\n".encode(), MISREAD), one("hyphen", "A hyphen for the dash.", good.replace("\u2014".encode(), b"-"), MISREAD), one("not-utf-8", "Not UTF-8, in an unknown signature line.", good + dash.encode() + b"\xff AAAAAAA=\n", MISREAD), one("two-spaces", "Two spaces after the dash.", good.replace(dash.encode(), f"{dash} ".encode()), MISREAD),
        one("name-plus", "A name with a plus sign.", good + f"{dash}a+b AAAAAAA=\n".encode(), MISREAD), one("name-space", "A name with a no-break space.", good + f"{dash}a\u00a0b AAAAAAA=\n".encode(), MISREAD), one("no-name", "A line without a name.", good + f"{dash}AAAAAAA=\n".encode(), MISREAD), one("four-bytes", "A signature of 4 bytes.", good + f"{dash}w AAAAAA==\n".encode(), MISREAD),
        one("signature-not-base64", "No base64.", good + f"{dash}w AAAAAAA*\n".encode(), MISREAD), one("signature-unused-bits", "Unused bits are not zero.", good + f"{dash}w AAAAAAB=\n".encode(), MISREAD), one("other-text-between", "A line that is no signature.", good + b"hello\n", MISREAD),
    ]


def leaves(size: int) -> list[bytes]:
    """The leaf hashes of the test tree."""
    return [maker.leaf_hash(b"leaf %d" % index) for index in range(size)]


def merkle() -> dict[str, Any]:
    """Roots, inclusion and consistency proofs."""
    sizes = [*range(41), 63, 64, 65, 127, 128, 129, 255, 256, 257]
    good: list[Record] = []
    for size in sizes[1:]:
        indices = {0, size // 2, maker.split_at(size) % size, size - 2, size - 1} if size > 8 else set(range(size))
        for index in sorted(at for at in indices if at >= 0):
            hashes = [one.hex() for one in maker.inclusion(index, leaves(size))]
            good.append(case(f"{index}-of-{size}", "A proof.", index=index, size=size, proof=hashes, root=maker.tree(leaves(size)).hex(), leaf_hash=leaves(size)[index].hex()))
    bad: list[Record] = []
    for index, size in ((0, 1), (0, 2), (2, 3), (4, 7), (6, 7), (7, 8), (20, 33), (32, 33), (100, 257), (256, 257)):
        base = next(one for one in good if (one["index"], one["size"]) == (index, size)) if any((one["index"], one["size"]) == (index, size) for one in good) else case("", "", index=index, size=size, proof=[one.hex() for one in maker.inclusion(index, leaves(size))], root=maker.tree(leaves(size)).hex(), leaf_hash=leaves(size)[index].hex())
        hashes, other = base["proof"], chance("other").hex()
        changes: dict[str, Record] = {
            "index-plus": {"index": index + 1}, "index-is-size": {"index": size}, "index-minus": {"index": index - 1}, "size-zero": {"size": 0}, "size-double": {"size": size * 4}, "root": {"root": other}, "root-empty": {"root": ""}, "leaf": {"leaf_hash": other}, "leaf-empty": {"leaf_hash": ""}, "leaf-and-root-empty": {"leaf_hash": "", "root": ""},
            "longer": {"proof": [*hashes, other]}, "longer-root": {"proof": [*hashes, base["root"]]}, "shorter": {"proof": hashes[:-1]}, "first-missing": {"proof": hashes[1:]}, "reversed": {"proof": hashes[::-1]}, "short-hash": {"proof": [one[:-2] for one in hashes]}, "empty-hashes": {"proof": ["" for _ in hashes]},
            **{f"hash-{at}": {"proof": [*hashes[:at], other, *hashes[at + 1:]]} for at in range(len(hashes))},
        }
        for name, change in changes.items():
            if any(base[key] != value for key, value in change.items()) and not (name == "index-minus" and index == 0 and size == 1):
                bad.append({**base, "id": f"{index}-of-{size}-{name}", "why": f"Changed: {name}.", "effect": PLACE, **change, "expect": "refuse"})
    steps: list[Record] = []
    for new in sizes:
        for old in sorted({at for at in (0, 1, 2, new // 2, maker.split_at(new) if new > 1 else 0, new - 1, new) if 0 <= at <= new} if new > 6 else range(new + 1)):
            hashes = [one.hex() for one in maker.consistency(old, leaves(new))] if old else []
            steps.append(case(f"{old}-to-{new}", "A proof.", old=old, new=new, proof=hashes, old_root=maker.tree(leaves(old)).hex(), new_root=maker.tree(leaves(new)).hex()))
    root = maker.sha256(b"\x01" + leaves(1)[0]).hex()
    bad.append(case("0-of-2-root-of-one-child", "No proof, and a root made of one child only.", PLACE, index=0, size=2, proof=[], root=root, leaf_hash=leaves(1)[0].hex()))
    forked: list[Record] = []
    fork = "A log that was rewritten passes for one that only grew."
    for old, new in ((0, 5), (1, 2), (3, 7), (4, 7), (4, 8), (6, 8), (7, 7), (16, 33), (32, 33), (128, 257)):
        base = next((one for one in steps if (one["old"], one["new"]) == (old, new)), None) or case("", "", old=old, new=new, proof=[one.hex() for one in maker.consistency(old, leaves(new))], old_root=maker.tree(leaves(old)).hex(), new_root=maker.tree(leaves(new)).hex())
        hashes, other = base["proof"], chance("other").hex()
        changes = {
            "old-root": {"old_root": other}, "new-root": {"new_root": other}, "old-larger": {"old": new + 1}, "longer": {"proof": [*hashes, other]}, "shorter": {"proof": hashes[:-1]}, "reversed": {"proof": hashes[::-1]}, "short-hash": {"proof": [one[:-2] for one in hashes]}, "empty-hashes": {"proof": ["" for _ in hashes]}, "roots-swapped": {"old_root": base["new_root"], "new_root": base["old_root"]},
            "both-roots": {"old_root": other, "new_root": other}, "negative": {"old": -1}, **{f"hash-{at}": {"proof": [*hashes[:at], other, *hashes[at + 1:]]} for at in range(len(hashes))},
        }
        for name, change in changes.items():
            if any(base[key] != value for key, value in change.items()) and not (name == "both-roots" and old == new) and not (name == "new-root" and old == 0):
                forked.append({**base, "id": f"{old}-to-{new}-{name}", "why": f"Changed: {name}.", "effect": fork, **change, "expect": "refuse"})
    forked.append(case("1-to-2-root-of-one-child", "No proof, and a root made of one child only.", fork, old=1, new=2, proof=[], old_root=leaves(1)[0].hex(), new_root=root))
    forked.append(case("7-to-7-short-roots", "Both roots are 31 bytes.", fork, old=7, new=7, proof=[], old_root=root[2:], new_root=root[2:]))
    return {"roots": [{"size": size, "root": maker.tree(leaves(size)).hex()} for size in sizes], "inclusion": good + bad, "consistency": steps + forked}


def tlog_proofs() -> list[Record]:
    """Proof files. `in_package`: what a reader of packages makes of it, who refuses any extra line."""
    head = maker.checkpoint(7, maker.tree(leaves(7)))
    hashes = maker.inclusion(4, leaves(7))
    good = maker.proof_file(4, hashes, head)
    extra = maker.proof_file(4, hashes, head, b"salt")

    def one(name: str, why: str, data: bytes, effect: str = "", **read: Any) -> Record:
        found = case(name, why, effect, base64=b64(data), **({} if effect else {"index": 4, "hashes": [part.hex() for part in hashes], "checkpoint_base64": b64(head), **read}))
        return {**found, "in_package": "refuse" if effect or b"extra" in data else "accept"}

    lines = good.split(b"\n")
    return [
        one("plain", "A proof file.", good), one("extra", "With an extra line.", extra), one("no-hashes", "The only leaf of a tree.", maker.proof_file(0, [], head), index=0, hashes=[]),
        one("header", "Another version.", good.replace(b"@v1", b"@v2"), MISREAD), one("header-crlf", "CR LF.", good.replace(b"\n", b"\r\n"), MISREAD), one("no-index", "No index.", b"\n".join([lines[0], *lines[2:]]), MISREAD), one("index-twice", "The index twice.", b"\n".join([lines[0], lines[1], *lines[1:]]), MISREAD),
        one("leading-zero", "A leading zero.", good.replace(b"index 4", b"index 04"), MISREAD), one("negative", "A negative index.", good.replace(b"index 4", b"index -4"), MISREAD), one("digits", "5,000 digits.", good.replace(b"index 4", b"index " + b"4" * 5000), MISREAD), one("index-capital", "A capital letter.", good.replace(b"index 4", b"Index 4"), MISREAD), one("index-space", "Two spaces.", good.replace(b"index 4", b"index  4"), MISREAD),
        one("short-hash", "A hash of 31 bytes.", good.replace(lines[2], b64(hashes[0][:31]).encode()), PLACE), one("unpadded", "A hash without padding.", good.replace(lines[2], lines[2].rstrip(b"=")), MISREAD), one("unused-bits", "Unused bits are not zero.", good.replace(lines[2], lines[2][:-2] + bytes([lines[2][-2] + 1]) + b"="), MISREAD),
        one("extra-after-index", "The extra line after the index.", good.replace(b"index 4", b"index 4\nextra AAAA"), MISREAD), one("extra-twice", "Two extra lines.", extra.replace(b"index 4", b"extra AAAA\nindex 4"), MISREAD), one("extra-not-base64", "An extra line that is no base64.", extra.replace(b"extra ", b"extra *"), MISREAD),
        one("no-empty-line", "No empty line.", good.replace(b"\n\n", b"\n", 1), MISREAD), one("no-checkpoint", "Cut after the hashes.", good.split(b"\n\n")[0] + b"\n", MISREAD), one("nothing", "Nothing.", b"", MISREAD), one("not-utf-8", "Not UTF-8.", b"\xff" + good, MISREAD), one("byte-order-mark", "A byte order mark.", b"\xef\xbb\xbf" + good, MISREAD),
    ]


def envelopes() -> list[Record]:
    """Envelopes; `signed_base64` is what is signed."""
    payload = canonical({"a": 1})
    good = maker.envelope(payload, ANNA, BORYS)
    alone = maker.envelope(payload, ANNA)

    def one(name: str, why: str, value: Any, effect: str = "", key: maker.Key = ANNA) -> Record:
        read = {} if effect else {"payload_base64": b64(payload), "signed_base64": b64(maker.pae(payload)), "key_ids": [found["keyid"] for found in value["signatures"]]}
        return case(name, why, effect, envelope=value, **read)

    first, second = good["signatures"]
    sig = alone["signatures"][0]["sig"]
    return [
        one("two", "Two signatures.", good), one("one", "One signature.", alone), one("none", "No signature: for a sealed entry.", maker.envelope(payload)),
        one("unsorted", "Signatures not sorted.", {**good, "signatures": [second, first]}, MISREAD), one("key-id-twice", "One key id twice.", {**good, "signatures": [first, first]}, "One agent counts for two."), one("other-type", "Another payload type.", {**good, "payloadType": "text/plain"}, "A text signed for another purpose passes for an entry."),
        one("type-capitals", "The payload type in capitals.", {**good, "payloadType": maker.PAYLOAD_TYPE.upper()}, MISREAD), one("type-number", "The payload type is a number.", {**good, "payloadType": 1}, MISREAD), one("type-null", "The payload type is null.", {**good, "payloadType": None}, MISREAD),
        one("more-members", "A member more.", {**good, "x": 1}, MISREAD), one("no-payload", "No payload.", {key: value for key, value in good.items() if key != "payload"}, MISREAD), one("no-signatures", "No signatures member.", {key: value for key, value in good.items() if key != "signatures"}, MISREAD), one("signatures-object", "Signatures are an object.", {**good, "signatures": {}}, MISREAD),
        one("signature-more-members", "A signature has a member more.", {**alone, "signatures": [{**first, "cert": "x"}]}, MISREAD), one("key-id-capitals", "A key id in capitals.", {**alone, "signatures": [{**first, "keyid": "A" * 64}]}, MISREAD), one("key-id-short", "A key id of 31 bytes.", {**alone, "signatures": [{**first, "keyid": "a" * 62}]}, MISREAD), one("key-id-null", "No key id.", {**alone, "signatures": [{**first, "keyid": None}]}, MISREAD),
        one("sig-short", "A signature of 63 bytes.", {**alone, "signatures": [{**first, "sig": b64(bytes(63))}]}, MISREAD), one("sig-url", "A signature in base64url.", {**alone, "signatures": [{**first, "sig": b64url(bytes([255] * 64))}]}, MISREAD), one("sig-unpadded", "A signature without padding.", {**alone, "signatures": [{**first, "sig": sig.rstrip("=")}]}, MISREAD),
        one("payload-unpadded", "A payload without padding.", {**good, "payload": b64(payload).rstrip("=")}, MISREAD), one("payload-line-feed", "A line feed in the payload.", {**good, "payload": b64(payload) + "\n"}, MISREAD), one("payload-array", "The payload is an array.", {**good, "payload": []}, MISREAD), one("array", "An array.", [], MISREAD), one("null", "Null.", None, MISREAD),
    ]


def fields() -> list[Record]:
    """A body with hidden fields, and disclosures; `shown` are the disclosed fields."""
    name, place, decoy = disclosure("f", "name", "Анна"), disclosure("f", "place", {"a": [1, None]}), disclosure("f", "x", 1)
    digests = sorted(hidden(one) for one in (name, place, decoy))
    body = {"_sd": digests, "clear": 1}
    borrowed = "A field passes that was never part of the entry."

    def one(label: str, why: str, found: list[str], effect: str = "", held: Any = None, shown: Any = None) -> Record:
        return case(label, why, effect, body=body if held is None else held, disclosures=found, **({} if effect else {"shown": shown or {}}))

    def made(parts: Any, label: str, why: str, effect: str = MISREAD, change: Any = None) -> Record:
        text = b64url(canonical(parts)) if change is None else change(canonical(parts))
        return one(label, why, [text], effect, {"_sd": [hidden(text)], "clear": 1})

    salt = b64url(chance("s")[:16])
    return [
        one("all", "All but the decoy.", sorted([name, place]), shown={"name": "Анна", "place": {"a": [1, None]}}), one("one", "One field.", [name], shown={"name": "Анна"}), one("none", "All withheld.", []), one("no-hidden-fields", "A body that hides nothing.", [], held={"clear": 1}),
        one("empty-list", "An empty list of digests.", [], held={"_sd": []}), one("not-listed", "A disclosure that is not listed.", [disclosure("g", "name", "x")], borrowed), one("not-listed-at-all", "A body that hides nothing.", [name], borrowed, {"clear": 1}),
        one("name-twice", "Two fields of one name.", sorted([name, disclosure("g", "name", "x")]), "The discloser picks which of two values the reader sees.", {"_sd": sorted([hidden(name), hidden(disclosure("g", "name", "x"))])}), one("shadow", "A clear field has the name.", [name], "The reader sees another value than was signed in clear.", {"_sd": [hidden(name)], "name": "x"}),
        one("unsorted", "Digests not sorted.", [], "The order tells which field is which.", {"_sd": digests[::-1]}), one("digest-twice", "A digest twice.", [], MISREAD, {"_sd": [digests[0], digests[0]]}), one("digest-short", "A digest of 31 bytes.", [], MISREAD, {"_sd": [b64url(bytes(31))]}), one("digest-padded", "A digest with padding.", [], MISREAD, {"_sd": [b64(bytes(32))]}), one("digests-text", "The list is a text.", [], MISREAD, {"_sd": digests[0]}), one("digests-null", "The list is null.", [], MISREAD, {"_sd": None}), one("digest-number", "A digest is a number.", [], MISREAD, {"_sd": [1]}),
        made([salt, "_sd", 1], "reserved", "A field called `_sd`.", borrowed), made([salt, "...", 1], "dots", "A field called `...`.", borrowed), made([salt, "", 1], "empty-name", "A field without a name."), made([salt, "é", 1], "name-not-ascii", "A name that is not ASCII."), made([salt, 1, 1], "name-number", "A name that is a number."), made([salt, None, 1], "name-null", "A name that is null."),
        made([salt, "a"], "two-parts", "No value."), made([salt, "a", 1, 1], "four-parts", "A part more."), made({"salt": salt}, "object", "An object."), made({"a": salt, "b": "a", "c": 1}, "object-of-three", "An object of three members."), made("abc", "text-of-three", "A text of three letters."), made([b64url(bytes(15)), "a", 1], "short-salt", "A salt of 15 bytes.", "A withheld value can be found by trying."), made([b64(bytes(16)), "a", 1], "salt-padded", "A salt with padding."), made([1, "a", 1], "salt-number", "A salt that is a number."),
        made([salt, "a", 1], "fraction", "A fraction.", change=lambda text: b64url(text.replace(b"1]", b"1.0]"))), made([salt, "a", 1], "space", "White space.", change=lambda text: b64url(text + b" ")), made([salt, "a", 1], "padded", "Padding.", change=lambda text: b64url(text) + "="), made([salt, "a", 1], "not-json", "No JSON.", change=lambda _: b64url(b"hello")), made([salt, "a", 1], "empty", "Nothing.", change=lambda _: ""),
    ]


def leaf_cases() -> list[Record]:
    """Salt and envelope, leaf and leaf hash."""
    made = []
    for name, why, sealed in (("empty", "The shortest envelope that the rule allows to write.", b""), ("short", "A short one.", b"{}"), ("long", "A longer one.", b"x" * 1000), ("real", "That of the good package.", canonical(maker.envelope(b"{}", ANNA)))):
        salt = chance("leaf " + name)
        data = maker.leaf(salt, sealed)
        record = {"salt": salt.hex(), "envelope_base64": b64(sealed), "leaf": data.hex(), "leaf_hash": maker.leaf_hash(data).hex()}
        made.append(case(name, why, **record))
        wrong = {"version": (b"\0" + data[1:]).hex(), "without-length": (b"\x01" + maker.sha256(b"probanda:leaf:1\0" + salt + sealed) + data[33:]).hex(), "without-salt": (b"\x01" + maker.sha256(b"probanda:leaf:1\0" + len(sealed).to_bytes(8, "big") + sealed) + data[33:]).hex(), "sha512-half": (data[:-1] + bytes([data[-1] ^ 1])).hex(), "little-endian": (b"\x01" + maker.sha256(b"probanda:leaf:1\0" + salt + len(sealed).to_bytes(8, "little") + sealed) + data[33:]).hex()}
        for kind, changed in wrong.items():
            if changed != data.hex():
                made.append(case(f"{name}-{kind}", f"Another leaf: {kind}.", PLACE, **{**record, "leaf": changed, "leaf_hash": maker.leaf_hash(bytes.fromhex(changed)).hex()}))
    return made


def openings() -> list[Record]:
    """Openings."""
    good = story.build()["proof/entries/4.json"]
    value = json.loads(good)
    bare = {"disclosures": [], "envelope": maker.envelope(b"{}", ANNA), "salt": chance("o").hex()}

    def one(name: str, why: str, data: bytes, effect: str = "") -> Record:
        read = {}
        if not effect:
            held = json.loads(data)
            read = {"leaf_hash": maker.leaf_hash(maker.leaf(bytes.fromhex(held["salt"]), canonical(held["envelope"]))).hex(), "disclosures": held["disclosures"]}
        return case(name, why, effect, base64=b64(data), **read)

    def changed(**members: Any) -> bytes:
        return maker.line({**bare, **members})

    return [
        one("good", "That of entry 4 of the good package.", good), one("bare", "No disclosures.", maker.line(bare)), one("no-line-feed", "No line feed.", maker.line(bare)[:-1], MISREAD), one("two-lines", "Two lines.", maker.line(bare) * 2, MISREAD), one("reordered", "Members not sorted.", json.dumps(dict(sorted(bare.items(), reverse=True)), separators=(",", ":")).encode() + b"\n", MISREAD), one("space", "White space.", maker.line(bare).replace(b",", b", ", 1), MISREAD),
        one("more-members", "A member more.", changed(x=1), MISREAD), one("no-salt", "No salt.", maker.line({key: part for key, part in bare.items() if key != "salt"}), MISREAD), one("salt-short", "A salt of 31 bytes.", changed(salt="0" * 62), MISREAD), one("salt-capitals", "A salt in capitals.", changed(salt="A" * 64), MISREAD), one("salt-number", "A salt that is a number.", changed(salt=1), MISREAD), one("envelope-text", "The envelope as text.", changed(envelope=b64(canonical(bare["envelope"]))), MISREAD), one("envelope-null", "No envelope.", changed(envelope=None), MISREAD),
        one("disclosures-unsorted", "Disclosures not sorted.", maker.line({**value, "disclosures": value["disclosures"][::-1]}), MISREAD), one("disclosure-twice", "A disclosure twice.", maker.line({**value, "disclosures": value["disclosures"][:1] * 2}), MISREAD), one("disclosure-number", "A disclosure that is a number.", changed(disclosures=[1]), MISREAD), one("disclosures-object", "An object.", changed(disclosures={}), MISREAD), one("array", "An array.", b"[]\n", MISREAD), one("nothing", "Nothing.", b"", MISREAD), one("line-feed", "A line feed.", b"\n", MISREAD),
        one("deep", "5,000 levels.", b"[" * 5000 + b"\n", "The checker stops with a fault of its own, and says nothing."),
    ]


def tiles() -> list[Record]:
    """Names of tiles. `level` is a number or `entries`, `width` is null for a full tile."""
    def one(level: int | str, number: int, width: int | None, path: str) -> Record:
        return case(path, "A tile.", level=level, number=number, width=width, path=path)

    good = [one(0, 0, None, "tile/0/000"), one(0, 999, None, "tile/0/999"), one(0, 1000, None, "tile/0/x001/000"), one(1, 1234067, None, "tile/1/x001/x234/067"), one(0, 5, 1, "tile/0/005.p/1"), one(0, 1234067, 255, "tile/0/x001/x234/067.p/255"), one("entries", 0, None, "tile/entries/000"), one("entries", 1000, 17, "tile/entries/x001/000.p/17"), one(2, 999999, None, "tile/2/x999/999"), one(6, 0, 3, "tile/6/000.p/3")]
    wrong = ["tile/0/0", "tile/0/00", "tile/0/0000", "tile/0/1000", "tile/0/001/000", "tile/0/x000/001", "tile/0/x001/x000", "tile/00/000", "tile/-1/000", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01", "tile/0/000.p", "tile/0/000.p/", "tile/0/000/", "/tile/0/000", "tile/0/X001/000", "tile/0/x001/00a", "tile/entry/000", "tile/0/../0/000", "tile//000", "tile/0/000 ", "tile/0/٠٠٠", "tile/0/000\n", "tiles/0/000", "tile/0", ""]
    two = "One tile has two names, and two files can differ under them."
    return good + [case(f"refused-{at}", "No name of a tile.", two, path=path) for at, path in enumerate(wrong)]
