"""A process that appends to a base and prints each index when its entry is acknowledged. Started by tests."""

import sys
from pathlib import Path

from world import open_world


def main() -> None:
    place, count, each = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    world = open_world(place)
    world.ledger.recover(world.signer)
    for number in range(count):
        data = b"from a process %d\n" % number
        world.keep(data)
        acts = [world.received(data, f"{number}/{i}") for i in range(each)]
        group, _ = world.author.sign(acts, world.seen())
        first = world.ledger.append(group, world.signer)
        # One write of one line: what reached the pipe was acknowledged.
        sys.stdout.write(f"{first} {group.hashes.hex()}\n")
        sys.stdout.flush()
    world.close()


if __name__ == "__main__":
    main()
