"""Runs one job beside the GPU, and writes all that happens to it into the job's folder.

    python supervise.py FOLDER --objects OBJECTS --attempt N [--spec FILE] [--work FOLDER] [--slots N]
                        [--limit SECONDS] [--echo]

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


def write_whole(file: Path, text: str) -> None:
    """Writes a file so that it is never seen half-written."""
    part = file.with_name(f"{file.name}.part")
    part.write_text(text, encoding="utf8")
    os.replace(part, file)


class Folder:
    """The job's folder."""

    def __init__(self, path: Path, echo: bool):
        self.path = path
        self.echo = echo
        self.events = open(path / "events.jsonl", "ab")  # noqa: SIM115 - open until the process ends
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
    query = ["nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader"]
    try:
        lines = subprocess.run(query, capture_output=True, text=True, timeout=20, check=True).stdout.splitlines()
    except (OSError, subprocess.SubprocessError):
        lines = []
    gpus = [line.split(", ") for line in lines if ", " in line]
    driver = gpus[0][1] if gpus else None
    names = [name for name, _ in gpus]
    return {"host": socket.gethostname(), "gpus": names, "driver": driver, "image": os.environ.get("WOV_IMAGE")}


def take_slot(folder: Folder, slots: int, gpus: int, stop: threading.Event) -> dict[str, str]:
    """Waits until one of the machine's slots is free, and keeps it until this process ends. Returns variables."""
    places = folder.path.parent.parent / "slots"
    places.mkdir(exist_ok=True)
    files = [open(places / f"{socket.gethostname()}-{i}", "w") for i in range(slots)]  # noqa: SIM115 - kept open
    waited = False
    while not stop.is_set():
        for i, file in enumerate(files):
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                continue
            os.set_inheritable(file.fileno(), False)
            folder.slot = file
            return {"CUDA_VISIBLE_DEVICES": str(i % gpus)} if gpus else {}
        if not waited:
            folder.report("queued")
            waited = True
        stop.wait(0.5)
    return {}


def lay_out(spec: dict, objects: Path, work: Path, kept: Path) -> None:
    """Puts the inputs into the working directory. What earlier attempts have added to outputs stays."""
    work.mkdir(parents=True, exist_ok=True)
    if work != kept and kept.is_dir():
        shutil.copytree(kept, work, dirs_exist_ok=True)
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


def keep_outputs(spec: dict, work: Path, kept: Path) -> None:
    """Copies the outputs from a working directory that does not outlive the job."""
    if work == kept:
        return
    for path in spec["outputs"]:
        source, target = work / path, kept / path
        if source.is_dir():
            shutil.copytree(source, target, dirs_exist_ok=True)
        elif source.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)


def copy_log(stream, file: Path, last: list[str]) -> None:
    """Copies standard error to the log, line by line, and remembers the last lines."""
    with open(file, "a", encoding="utf8") as log:
        for raw in stream:
            line = clean(raw.decode("utf8", "replace").rstrip("\r\n").split("\r")[-1])
            last.append(line)
            del last[:-40]
            if log.tell() < LOG_BYTES:
                try:
                    log.write(f"{line}\n")
                    log.flush()
                except OSError:
                    pass  # a full disk must not end the job


def copy_events(stream, folder: Folder, done: set[str], errors: list[str], spec: dict, paths: tuple) -> None:
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
            keep_outputs(spec, *paths)
            done.add(event.get("task"))
        if name == "error":
            errors.append(str(event.get("message")))
        folder.report(name, **event)


def kind_of(
    code: int, errors: list[str], last: list[str], missing: list[str], folder: Folder, stopped: bool, over: bool
) -> tuple[str, str]:
    """How an attempt ended, and a message."""
    text = (errors[-1] if errors else "\n".join(last[-12:]))[-MESSAGE_CHARACTERS:]
    if folder.cancelled():
        return "cancelled", "it was cancelled"
    if code == 0 and not missing:
        return "done", ""
    stopped = stopped or code in (-signal.SIGTERM, 128 + signal.SIGTERM)
    if stopped and over:
        return "time", "its time was over"
    if stopped:
        return "terminated", "its process was told to end, as those of preempted jobs are"
    if code == 0:
        return "no-result", f"it ended without an error, but these tasks were not done: {', '.join(missing)}"
    for kind, sign in KINDS:
        if sign.search(text):
            return kind, text
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


def supervise(folder: Folder, objects: Path, spec: dict, work: Path, slots: int, limit: float) -> int:
    path = folder.path
    deadline = time.monotonic() + limit - LIMIT_SLACK_SECONDS
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    attempt = folder.attempts() + 1
    (path / "result.json").unlink(missing_ok=True)
    write_whole(path / "attempts", str(attempt))
    where = machine()
    folder.beat()
    folder.report("attempt", attempt=attempt, pid=os.getpid(), **where)
    if folder.cancelled():
        stop.set()
    threading.Thread(target=watch_cancel, args=(folder, stop), daemon=True).start()
    last: list[str] = []
    errors: list[str] = []
    done: set[str] = set()
    code = 1
    try:
        variables = take_slot(folder, slots, len(where["gpus"]), stop) if slots else {}
        if not stop.is_set():
            lay_out(spec, objects, work, path / "work")
            code = run_job(folder, spec, work, variables, stop, last, errors, done)
    except Exception as error:  # noqa: BLE001 - any failure must end in a result
        errors.append(clean(f"{type(error).__name__}: {error}"))
    missing = [task["name"] for task in spec["job"]["tasks"] if task["name"] not in done]
    out_of_time = time.monotonic() > deadline
    kind, message = kind_of(code, errors, last, missing, folder, stop.is_set(), out_of_time)
    try:
        keep_outputs(spec, work, path / "work")
    except OSError as error:
        kind, message = "disk", str(error)
    result = {"kind": kind, "message": message, "attempt": attempt, "code": code}
    folder.report("end", **result)
    write_whole(path / "result.json", json.dumps({**result, "time": time.time(), **where}))
    return 0 if kind == "done" else 1


def take(lock) -> bool:
    """Takes the job's lock. It is tried for a while, since `workspace.py` holds it for a moment when it looks."""
    for _ in range(20):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except OSError:
            time.sleep(0.1)
    return False


def watch_cancel(folder: Folder, stop: threading.Event) -> None:
    while not stop.wait(1):
        if folder.cancelled():
            stop.set()


def run_job(folder, spec, work, variables, stop, last, errors, done) -> int:
    """Starts `job.py` and follows it to its end. Returns its exit code, below 0 for a signal."""
    (work / "job.json").write_text(json.dumps(spec["job"]), encoding="utf8")
    threads = str(spec["job"]["threads"])
    offline = {"HF_HUB_OFFLINE": "1"} if (work / spec["job"]["model"]).is_dir() else {}
    env = {
        "OMP_NUM_THREADS": threads,
        "MKL_NUM_THREADS": threads,
        "TOKENIZERS_PARALLELISM": "false",
        **os.environ,
        **variables,
        **offline,
    }
    program = Path(__file__).resolve().parent / "job.py"
    child = subprocess.Popen(
        [sys.executable, str(program), "job.json"],
        cwd=work,
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    folder.report("running", pid=child.pid)
    paths = (work, folder.path / "work")
    readers = [
        threading.Thread(target=copy_log, args=(child.stderr, folder.path / "log.txt", last), daemon=True),
        threading.Thread(target=copy_events, args=(child.stdout, folder, done, errors, spec, paths), daemon=True),
    ]
    for reader in readers:
        reader.start()
    while child.poll() is None and not stop.wait(0.2):
        pass
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


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--objects", type=Path, required=True, help="the folder of inputs, named by SHA-256")
    parser.add_argument("--attempt", type=int, required=True, help="counted from 1; each is made once")
    parser.add_argument("--spec", type=Path, help="the job's spec.json, if it is elsewhere")
    parser.add_argument("--work", type=Path, help="a working directory on a disk of the machine; outputs are copied back")
    parser.add_argument("--slots", type=int, default=0, help="how many jobs may run on this machine at a time")
    parser.add_argument("--limit", type=float, default=math.inf, help="seconds after which the engine ends the job")
    parser.add_argument("--echo", action="store_true", help="also print the events")
    given = parser.parse_args(arguments)
    folder = given.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    lock = open(folder / "lock", "w")  # noqa: SIM115 - held until the process ends
    if not take(lock):
        return 0  # another process works on the job
    spec = json.loads((given.spec or folder / "spec.json").read_text(encoding="utf8"))
    work = given.work.resolve() / folder.name if given.work else folder / "work"
    opened = Folder(folder, given.echo)
    if is_over(opened, given.attempt):
        return 0
    return supervise(opened, given.objects.resolve(), spec, work, given.slots, given.limit)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
