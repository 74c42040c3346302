"""A private Postfix: it takes customers' mails, relays ours to muara-email, and files what muara
sends in Maildirs. Its settings, queue and files are in a folder of its own, on one loopback port;
the machine's own Postfix, if any, is left alone.

Postfix drops privileges by itself, so it has to be started by root.
"""

import email
import email.policy
import glob
import json
import os
import pwd
import shutil
import signal
import subprocess
import tempfile

from .customer import MailCustomer
from .system import eventually, local

from processes import Process  # beside the stack

OUR_DOMAIN = "muara.test"
CUSTOMERS = "example.org"  # every address here has mail, apart from nobody@
BOUNCING = "gone.example"  # taken, and returned a moment later
SERVICES = """
127.0.0.1:{port} inet n - n - - smtpd
pickup    unix  n - n 60 1 pickup
cleanup   unix  n - n - 0 cleanup
qmgr      unix  n - n 300 1 qmgr
rewrite   unix  - - n - - trivial-rewrite
bounce    unix  - - n - 0 bounce
defer     unix  - - n - 0 bounce
trace     unix  - - n - 0 bounce
verify    unix  - - n - 1 verify
flush     unix  n - n 1000? 0 flush
proxymap  unix  - - n - - proxymap
smtp      unix  - - n - - smtp
lmtp      unix  - - n - - lmtp
showq     unix  n - n - - showq
error     unix  - - n - - error
retry     unix  - - n - - error
virtual   unix  - n n - - virtual
anvil     unix  - - n - 1 anvil
scache    unix  - - n - 1 scache
postlog   unix-dgram n - n - 1 postlogd
"""
SETTINGS = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.example.org
mydestination =
mynetworks = 127.0.0.0/8
alias_maps =
local_recipient_maps =
smtp_dns_support_level = disabled
smtp_host_lookup = native
smtpd_peername_lookup = no
smtpd_recipient_restrictions = permit_mynetworks, reject
relay_domains = {ours}, {bouncing}
transport_maps = texthash:{folder}/transport
virtual_mailbox_domains = {customers}
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = regexp:{folder}/mailboxes
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
message_size_limit = 67108864
mailbox_size_limit = 0
virtual_mailbox_limit = 0
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 2s
smtp_connection_cache_on_demand = no
# A relay that hangs is given up soon, though its answer may have been on the way.
smtp_data_done_timeout = 4s
lmtp_data_done_timeout = 4s
"""


class Postfix:
    """Known by its address from the start, and running after `start`."""

    def __init__(self):
        if os.geteuid() != 0:
            raise RuntimeError("Postfix has to be started by root: run the tests as root or by sudo")
        self.folder = tempfile.mkdtemp(prefix="muara-postfix-")
        os.chmod(self.folder, 0o755)
        self.port = local.free_port()
        self.address = f"127.0.0.1:{self.port}"
        self._process = Process(self.folder, "master")

    def start(self, relay_to, protocol="smtp"):
        """Relays mails to us to `relay_to` by smtp or lmtp."""
        host, port = relay_to.split(":")
        nobody = pwd.getpwnam("nobody")
        hop = {"smtp": f"smtp:[{host}]:{port}", "lmtp": f"lmtp:inet:{relay_to}"}[protocol]
        self._write("settings/main.cf", SETTINGS.format(
            folder=self.folder, ours=OUR_DOMAIN, bouncing=BOUNCING, customers=CUSTOMERS,
            uid=nobody.pw_uid, gid=nobody.pw_gid))
        self._write("settings/master.cf", SERVICES.format(port=self.port))
        self._write("transport", f"{OUR_DOMAIN} {hop}\n{BOUNCING} {hop}\n")
        # All share a Maildir: virtual(8) takes no path that is made of the address.
        self._write("mailboxes", f"if !/^nobody@/\n/@{CUSTOMERS}$/ customers/\nendif\n")
        for name, owner in (("queue", "root"), ("data", "postfix"), ("mail", "nobody")):
            os.makedirs(self._path(name))
            shutil.chown(self._path(name), owner)
        self._run("postfix", "check")
        self._process.start(["/usr/lib/postfix/sbin/master", "-c", self._path("settings"), "-d"],
                            self._path("output"))
        eventually(lambda: local.answers(self.port), what="Postfix")

    def close(self):
        self._process.stop(signal.SIGTERM)
        if os.environ.get("MUARA_KEEP"):
            print("kept:", self.folder)
            return
        shutil.rmtree(self.folder, ignore_errors=True)

    def queue(self):
        """What waits, as Postfix tells it: a list of mails with their recipients and reasons."""
        return [json.loads(line) for line in self._run("postqueue", "-j").splitlines()]

    def reasons(self):
        """Why each waiting mail waits."""
        return [one.get("delay_reason", "") for mail in self.queue() for one in mail["recipients"]]

    def flush(self):
        self._run("postqueue", "-f")

    def log(self):
        with open(self._path("log"), encoding="utf-8", errors="replace") as file:
            return file.read()

    def maildir(self, address):
        """The mails that were delivered to it, in the order in which they came."""
        found = glob.glob(self._path("mail", "customers", "new", "*"))
        mails = []
        for path in sorted(found, key=lambda one: os.stat(one).st_mtime_ns):
            with open(path, "rb") as file:
                mails.append(email.message_from_binary_file(file, policy=email.policy.default))
        return [one for one in mails if one["Delivered-To"] == address]

    def _path(self, *parts):
        return os.path.join(self.folder, *parts)

    def _write(self, name, text):
        os.makedirs(os.path.dirname(self._path(name)), exist_ok=True)
        with open(self._path(name), "w", encoding="utf-8") as file:
            file.write(text)

    def _run(self, program, *words):
        done = subprocess.run(["/usr/sbin/" + program, "-c", self._path("settings"), *words],
                              capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{program} {words}: {done.stdout}{done.stderr}"
        return done.stdout


class PostfixCustomer(MailCustomer):
    """Submits to Postfix and reads a Maildir."""

    def __init__(self, system, postfix, address=None):
        super().__init__(system, address)
        self.postfix = postfix
        self.door = postfix.address

    def mails(self):
        return self.postfix.maildir(self.address)
