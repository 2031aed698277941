"""The commands of a section of docs/, run as they stand there: those after '$ ' on the host, those after '/ $ ' in the guest."""
import os
import re
import subprocess

import qemu


class Section:
    """What stands below a heading of the second level."""

    def __init__(self, document, heading):
        with open(os.path.join(qemu.SOURCE, 'docs', document), encoding='utf-8') as file:
            self.text = re.search(rf'^## {re.escape(heading)}\n(.*?)(?=^## |\Z)', file.read(), re.MULTILINE | re.DOTALL).group(1)

    def host_commands(self):
        """In their order, but those that start the system."""
        return [line for line in re.findall(r'^    \$ (.*)$', self.text, re.MULTILINE) if not line.startswith('./nonos')]

    def guest_commands(self):
        """Pairs of a command and the lines that its answer must have."""
        found = re.findall(r'^    / \$ (.*)\n((?:    (?!/ \$ |\$ ).*\n)*)', self.text, re.MULTILINE)
        return [(command, [line.strip() for line in answer.splitlines()]) for command, answer in found]

    def run_on_host(self, folder, tools):
        """Runs the host's commands in `folder`, with the folders `tools` in the path. Each must succeed; returns what they printed."""
        path = ':'.join([*tools, os.environ['PATH'], '/usr/sbin', '/sbin'])
        environment = dict(os.environ, PATH=path, NONOS_SRCDIR=os.path.abspath(qemu.SOURCE))
        printed = ''
        for command in self.host_commands():
            done = subprocess.run(command, shell=True, cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                                  capture_output=True, check=False, text=True)
            assert done.returncode == 0, f'{command}: {done.stdout}{done.stderr}'
            printed += done.stdout
        return printed
