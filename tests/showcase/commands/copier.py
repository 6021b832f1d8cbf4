"""A copy that is killed: python -m tests.showcase.commands.copier FROM TO ROWS, in small chunks."""

import os
import signal
import sys

from showcase import export
from showcase.commands.feedback import copy
from showcase.feedback import record

CHUNK = 20


def dying(rows, after):
    for number, row in enumerate(rows):
        if number == after:
            os.kill(os.getpid(), signal.SIGKILL)
        yield row


if __name__ == "__main__":
    record.CHUNK_ROWS = CHUNK
    source, target, after = sys.argv[1:]
    whole = export.cells
    remaining = [int(after)]

    def some(batch):
        yield from dying(whole(batch), remaining[0])
        remaining[0] -= len(batch)

    export.cells = some
    copy(source, target)
