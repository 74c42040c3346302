"""Where mails to customers end up on a machine without a mail server: an SMTP server that files
every mail as <folder>/<recipient>/<time>-<n>.eml.

    mailbox.py PORT FOLDER
"""

import asyncio
import os
import re
import signal
import sys
import time

from aiosmtpd.controller import UnthreadedController


class Filing:
    """Files mails; the count keeps two of one moment apart."""

    def __init__(self, folder):
        self._folder = folder
        self._count = 0

    async def handle_DATA(self, server, session, envelope):
        for recipient in envelope.rcpt_tos:
            name = re.sub(r"[^A-Za-z0-9@._+-]", "_", recipient)[:120]
            folder = os.path.join(self._folder, name)
            os.makedirs(folder, exist_ok=True)
            self._count += 1
            path = os.path.join(folder, f"{time.time_ns()}-{self._count}.eml")
            with open(path + ".part", "wb") as file:
                file.write(envelope.original_content)
            os.replace(path + ".part", path)
        return "250 2.0.0 filed"


def main():
    port, folder = int(sys.argv[1]), sys.argv[2]
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    controller = UnthreadedController(Filing(folder), "127.0.0.1", port, loop=loop,
                                      data_size_limit=64 * 1024 * 1024)
    controller.begin()
    loop.add_signal_handler(signal.SIGTERM, loop.stop)
    loop.run_forever()
    controller.end()


if __name__ == "__main__":
    main()
