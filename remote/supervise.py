"""Runs one job beside the GPU, and writes all that happens to it into the job's folder.

    python supervise.py FOLDER --objects OBJECTS --attempt N [--spec FILE] [--slots N] [--limit SECONDS] [--echo]

It starts `job.py` as a child process, so that it can also tell the end of a job that could not tell it itself. It
uses nothing but Python's standard library. The folder's files are the truth about the job:
  spec.json      what the job is: the content of the job file, its inputs by SHA-256, its outputs
  events.jsonl   the events of `job.py`, each with its time, and these:
                   {"event": "attempt", attempt, host, gpus, driver, image, pid}   a process began to work on the job
                   {"event": "queued"}    it waits for a free GPU of this machine
                   {"event": "running"}   `job.py` was started
                   {"event": "end", kind, message, attempt, code}   the attempt has ended; the same as result.json
  attempts       how many attempts were begun
  heartbeat      rewritten every few seconds while the process lives
  log.txt        what the job printed to standard error, without secrets
  result.json    written last: how the last attempt ended. `kind` is one of done, failed, memory, disk, killed,
                 terminated, time, cancelled, no-result
  cancel         written by others: ends the job
  work/          the job's working directory, with its inputs and outputs
"""

import argparse
import fcntl
import json
import math
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

from workspace import describe_gpus, write_whole

HEARTBEAT_SECONDS = 5
# How long a job may take to end after it was asked to.
GRACE_SECONDS = 10
# A job that is told to end this long before its limit has run out of time.
LIMIT_SLACK_SECONDS = 90
LOG_BYTES = 20_000_000
MESSAGE_CHARACTERS = 4000
# What is never written: values of variables with such names, and texts that look like keys.
SECRET_NAME = re.compile(r"TOKEN|KEY|SECRET|PASSWORD", re.IGNORECASE)
SECRET_TEXT = re.compile(r"\b(hf_[A-Za-z0-9]{16,}|sk-[A-Za-z0-9_-]{16,})")
ESCAPES = re.compile(r"\x1b(\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)?|[@-Z\\-_])|[\x00-\x08\x0b-\x1f\x7f]")
KINDS = (
    ("memory", re.compile(r"out of memory|CUBLAS_STATUS_ALLOC_FAILED|MemoryError|DefaultCPUAllocator", re.IGNORECASE)),
    ("disk", re.compile(r"No space left on device|ENOSPC|Disk quota exceeded", re.IGNORECASE)),
)


def clean(text: str) -> str:
    """The text without secrets and without what would control a terminal."""
    for name, value in os.environ.items():
        if SECRET_NAME.search(name) and len(value) >= 8:
            text = text.replace(value, "[secret]")
    return SECRET_TEXT.sub("[secret]", ESCAPES.sub("", text))


class Folder:
    """The job's folder."""

    def __init__(self, path: Path, echo: bool):
        self.path = path
        self.echo = echo
        self.events = open(path / "events.jsonl", "a+b")  # noqa: SIM115 - open until the process ends
        if self.events.tell() > 0:
            self.events.seek(-1, os.SEEK_END)
            if self.events.read(1) != b"\n":
                self.events.write(b"\n")  # an attempt that was killed has left half a line
        self.guard = threading.Lock()

    def report(self, event: str, **fields: object) -> None:
        line = json.dumps({"event": event, "time": round(time.time(), 2), **fields}) + "\n"
        with self.guard:
            self.events.write(line.encode())
            self.events.flush()
            if self.echo:
                sys.stdout.write(line)
                sys.stdout.flush()

    def cancelled(self) -> bool:
        return (self.path / "cancel").exists()

    def attempts(self) -> int:
        """How many attempts were begun."""
        lines = (self.path / "events.jsonl").read_bytes().splitlines()
        return sum(line.startswith(b'{"event": "attempt"') for line in lines)

    def beat(self) -> None:
        def run() -> None:
            while True:
                try:
                    write_whole(self.path / "heartbeat", str(time.time()))
                except OSError:
                    pass  # the disk may be full for a while
                time.sleep(HEARTBEAT_SECONDS)

        threading.Thread(target=run, daemon=True).start()


def machine() -> dict:
    """Where the job runs."""
    gpus = describe_gpus("driver_version")
    driver = gpus[0][1] if gpus else None
    names = [name for name, _ in gpus]
    return {"host": socket.gethostname(), "gpus": names, "driver": driver, "image": os.environ.get("WOV_IMAGE")}


class Stop:
    """Whether the job was asked to end. A plain flag: a signal's handler must not take locks."""

    asked = False

    def ask(self, *_: object) -> None:
        self.asked = True


def take(lock, patience: float) -> bool:
    """Takes a lock. Raises OSError if the file system has none."""
    deadline = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(0.1)


def take_slot(folder: Folder, slots: int, gpus: int, stop: Stop) -> dict[str, str]:
    """Waits until one of the machine's slots is free, and keeps it until this process ends. Returns variables."""
    places = folder.path.parent.parent / "slots"
    places.mkdir(exist_ok=True)
    files = [open(places / f"{socket.gethostname()}-{i}", "w") for i in range(slots)]  # noqa: SIM115 - kept open
    visible = os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",")
    devices = visible if visible != [""] else [str(i) for i in range(gpus)]
    waited = False
    while not stop.asked:
        for i, file in enumerate(files):
            if take(file, patience=0):
                folder.slot = file
                if not gpus:
                    return {}
                share = max(1, len(devices) // slots)  # of the GPUs, for a job that trains with several
                return {"CUDA_VISIBLE_DEVICES": ",".join(devices[i * share % len(devices) :][:share])}
        if not waited:
            folder.report("queued")
            waited = True
        time.sleep(0.5)
    return {}


def lay_out(spec: dict, objects: Path, work: Path) -> None:
    """Puts the inputs into the working directory. What earlier attempts have added to outputs stays."""
    outputs = set(spec["outputs"])
    for one in spec["inputs"]:
        target = work / one["path"]
        if target.exists():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        source = objects / one["sha256"]
        if one["path"] in outputs:
            shutil.copyfile(source, target)  # the job appends to it
        else:
            target.unlink(missing_ok=True)
            target.symlink_to(source.resolve(strict=True))
    for path in outputs:
        (work / path).parent.mkdir(parents=True, exist_ok=True)


class Supervisor:
    """One attempt of a job."""

    def __init__(self, folder: Folder, spec: dict, stop: Stop):
        self.folder = folder
        self.spec = spec
        self.stop = stop
        self.work = folder.path / "work"
        self.last: list[str] = []  # lines of standard error
        self.errors: list[str] = []
        self.done: set[str] = set()

    def copy_log(self, stream) -> None:
        """Copies standard error to the log, line by line, and remembers the last lines."""
        with open(self.folder.path / "log.txt", "a", encoding="utf8") as log:
            for raw in stream:
                line = clean(raw.decode("utf8", "replace").rstrip("\r\n").split("\r")[-1])
                self.last.append(line)
                del self.last[:-40]
                if log.tell() < LOG_BYTES:
                    try:
                        log.write(f"{line}\n")
                        log.flush()
                    except OSError:
                        pass  # a full disk must not end the job

    def copy_events(self, stream) -> None:
        """Copies the events of the job. Whatever else it printed is dropped."""
        for raw in stream:
            try:
                event = json.loads(raw.decode("utf8", "replace"))
                name = event.pop("event")
            except (ValueError, AttributeError, KeyError, TypeError):
                continue
            if not isinstance(name, str) or name in ("attempt", "queued", "running", "end"):
                continue
            event.pop("time", None)
            event = {key: clean(value) if isinstance(value, str) else value for key, value in event.items()}
            if name == "done":
                self.done.add(event.get("task"))
            if name == "error":
                self.errors.append(str(event.get("message")))
            try:
                self.folder.report(name, **event)
            except OSError as error:
                # The job goes on; if nobody can be told of a task, it counts as not done.
                self.done.discard(event.get("task"))
                self.errors.append(f"its events could not be written: {error}")

    def run(self, variables: dict[str, str]) -> int:
        """Starts `job.py` and follows it to its end. Returns its exit code, below 0 for a signal."""
        job = self.spec["job"]
        (self.work / "job.json").write_text(json.dumps(job), encoding="utf8")
        threads = str(job["threads"])
        offline = {"HF_HUB_OFFLINE": "1"} if (self.work / job["model"]).is_dir() else {}
        env = {"OMP_NUM_THREADS": threads, "MKL_NUM_THREADS": threads, "TOKENIZERS_PARALLELISM": "false"}
        child = subprocess.Popen(
            [sys.executable, str(Path(__file__).resolve().parent / "job.py"), "job.json"],
            cwd=self.work,
            env={**env, **os.environ, **variables, **offline},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        self.folder.report("running", pid=child.pid)
        copies = [(self.copy_log, child.stderr), (self.copy_events, child.stdout)]
        readers = [threading.Thread(target=copy, args=(stream,), daemon=True) for copy, stream in copies]
        for reader in readers:
            reader.start()
        while child.poll() is None and not self.stop.asked:
            time.sleep(0.2)
        if child.poll() is None:
            child.stdin.close()  # `job.py` ends when its standard input does
            try:
                child.wait(GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
        code = child.wait()
        for reader in readers:
            reader.join(5)
        return code

    def kind_of(self, code: int, out_of_time: bool) -> tuple[str, str]:
        """How the attempt ended, and a message."""
        text = (self.errors[-1] if self.errors else "\n".join(self.last[-12:]))[-MESSAGE_CHARACTERS:]
        missing = [task["name"] for task in self.spec["job"]["tasks"] if task["name"] not in self.done]
        if code == 0 and not missing:
            return "done", ""
        if self.folder.cancelled():
            return "cancelled", "by `wov jobs cancel`"
        if self.stop.asked or code in (-signal.SIGTERM, 128 + signal.SIGTERM):
            if out_of_time:
                return "time", "it reached its time limit"
            return "terminated", "its process was told to end, as those of preempted jobs are"
        for kind, sign in KINDS:
            if sign.search(text):
                return kind, text
        if code == 0:
            return "no-result", f"it ended without an error, but these tasks were not done: {', '.join(missing)}"
        if code == -signal.SIGKILL:
            return "killed", "its process was killed; most often the machine's memory was full"
        return "failed", text or f"exit code {code}"


def is_over(folder: Folder, attempt: int) -> bool:
    """Whether an attempt of this number has ended already: then it was started twice.

    One that was told to end may be started again, as Slurm does with jobs that it has preempted.
    """
    result = folder.path / "result.json"
    if folder.attempts() < attempt or not result.exists():
        return False
    return json.loads(result.read_text(encoding="utf8"))["kind"] != "terminated"


def supervise(folder: Folder, objects: Path, spec: dict, slots: int, limit: float) -> int:
    """Makes one attempt, and writes down how it ended. Returns the exit code."""
    path = folder.path
    deadline = time.monotonic() + limit - LIMIT_SLACK_SECONDS
    stop = Stop()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, stop.ask)
    attempt = folder.attempts() + 1
    (path / "result.json").unlink(missing_ok=True)
    write_whole(path / "attempts", str(attempt))
    where = machine()
    folder.beat()
    folder.report("attempt", attempt=attempt, pid=os.getpid(), **where)
    stop.asked = stop.asked or folder.cancelled()
    threading.Thread(target=watch_cancel, args=(folder, stop), daemon=True).start()
    supervisor = Supervisor(folder, spec, stop)
    code = 1
    try:
        variables = take_slot(folder, slots, len(where["gpus"]), stop) if slots else {}
        if not stop.asked:
            lay_out(spec, objects, supervisor.work)
            code = supervisor.run(variables)
    except Exception as error:  # noqa: BLE001 - any failure must end in a result
        supervisor.errors.append(clean(f"{type(error).__name__}: {error}"))
    kind, message = supervisor.kind_of(code, time.monotonic() > deadline)
    result = {"kind": kind, "message": message, "attempt": attempt, "code": code}
    try:
        folder.report("end", **result)
    except OSError:
        pass  # the result says the same
    write_result(path, {**result, **where})
    return 0 if kind == "done" else 1


def write_result(path: Path, result: dict) -> None:
    """Writes the result. A full disk may have room again in a while."""
    for seconds in (1, 5, 30, 0):
        try:
            write_whole(path / "result.json", json.dumps({**result, "time": time.time()}))
            return
        except OSError:
            time.sleep(seconds)


def watch_cancel(folder: Folder, stop: Stop) -> None:
    while not stop.asked:
        time.sleep(1)
        if folder.cancelled():
            stop.ask()


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--objects", type=Path, required=True, help="the folder of inputs, named by SHA-256")
    parser.add_argument("--attempt", type=int, required=True, help="counted from 1; each is made once")
    parser.add_argument("--spec", type=Path, help="the job's spec.json, if it is elsewhere")
    parser.add_argument("--slots", type=int, default=0, help="how many jobs may run on this machine at a time")
    parser.add_argument("--limit", type=float, default=math.inf, help="seconds after which the engine ends the job")
    parser.add_argument("--echo", action="store_true", help="also print the events")
    given = parser.parse_args(arguments)
    path = given.folder.resolve()
    (path / "work").mkdir(parents=True, exist_ok=True)
    lock = open(path / "lock", "w")  # noqa: SIM115 - held until the process ends
    try:
        # `workspace.py` holds the lock for a moment when it looks.
        if not take(lock, patience=2):
            return 0  # another process works on the job
    except OSError as error:
        message = f"the workspace's file system has no locks (flock): {error}. Name another folder in the profile"
        write_result(path, {"kind": "failed", "message": message, "attempt": given.attempt, "code": 1})
        return 1
    spec = json.loads((given.spec or path / "spec.json").read_text(encoding="utf8"))
    folder = Folder(path, given.echo)
    if is_over(folder, given.attempt):
        return 0
    return supervise(folder, given.objects.resolve(), spec, given.slots, given.limit)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
