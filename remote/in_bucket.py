"""Runs a job of Hugging Face Jobs: `supervise.py` on the machine's own disk, with copies of all it leaves in a bucket.

    python in_bucket.py '{"id", "attempt", "code", "inputs", "bucket", "every"}'

A mounted bucket takes whole files only, so no file there can be appended to or locked. A "done" is passed on to the log
after its files were copied. Only Python's standard library is used. Files in the bucket's jobs/ID:
  work/          what the job has made
  kept.json      the SHA-256 of these files, how often each task was done by then, where the job runs
  events.jsonl   the events until then
  log.txt        what was printed to standard error
  result.json    how the attempt ended, and its files as in kept.json; written last
"""

import hashlib
import importlib.util
import json
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

given = json.loads(sys.argv[1])
inputs, kept = Path(given["inputs"]), Path(given["bucket"], "jobs", given["id"])
code = inputs / "code" / given["code"]
folder = Path(tempfile.gettempdir(), "wov", "jobs", given["id"])
work = folder / "work"
guard = threading.Lock()
copied = {}


def read(file):
    """The content of a file; nothing if it is not there."""
    return file.read_bytes() if file.exists() else b""


def put(name, data):
    """Writes a file of the bucket's folder."""
    (kept / name).parent.mkdir(parents=True, exist_ok=True)
    (kept / name).write_bytes(data)


def stamp(file):
    """What changes when a file does."""
    return file.stat().st_size, file.stat().st_mtime_ns


def restore():
    """Takes over what earlier attempts have kept."""
    try:
        files = json.loads((kept / "kept.json").read_bytes())["files"]
    except (OSError, ValueError, KeyError):
        files = {}
    for path, digest in files.items():
        data = read(kept / "work" / path)
        if hashlib.sha256(data).hexdigest() == digest:
            (work / path).parent.mkdir(parents=True, exist_ok=True)
            (work / path).write_bytes(data)
            copied[path] = stamp(work / path), digest
    for name in ("events.jsonl", "log.txt"):
        (folder / name).write_bytes(read(kept / name))


def keep():
    """Copies what has changed since the last time. Returns the files with their SHA-256."""
    with guard:
        events = read(folder / "events.jsonl")
        events = events[: events.rfind(b"\n") + 1]
        files = {}
        for file in sorted(work.rglob("*")):
            path = file.relative_to(work).as_posix()
            if file.is_symlink() or not file.is_file() or path == "job.json":
                continue
            when = stamp(file)
            if copied.get(path, (None,))[0] != when:
                data = file.read_bytes()
                put("work/" + path, data)
                copied[path] = when, hashlib.sha256(data).hexdigest()
            files[path] = copied[path][1]
        done, last, where = {}, None, {}
        for line in events.splitlines():
            event = json.loads(line)
            last = event["time"]
            if event["event"] == "done":
                done[event["task"]] = done.get(event["task"], 0) + 1
            if event["event"] == "attempt":
                where = {"host": event["host"], "gpus": event["gpus"]}
        state = {"attempt": given["attempt"], "time": time.time(), "last": last, "done": done, "files": files, **where}
        put("kept.json", json.dumps(state).encode())
        put("events.jsonl", events)
        put("log.txt", read(folder / "log.txt"))
        return files


def try_keep():
    try:
        keep()
    except OSError as error:
        print(f"not copied: {error}", file=sys.stderr)


def keep_on():
    while True:
        time.sleep(given["every"])
        try_keep()


def finish(result):
    """Copies the rest, and writes the result last. The bucket may refuse for a moment."""
    for seconds in (1, 5, 20, 0):
        try:
            files = keep()
            put("result.json", json.dumps({**result, "files": files, "hf_attempt": given["attempt"]}).encode())
            return
        except OSError as error:
            print(f"not copied: {error}", file=sys.stderr)
            time.sleep(seconds)


def install() -> bool:
    """Installs the requirements. Returns whether that was possible."""
    wanted = code / "requirements.txt"
    if not read(wanted).strip():
        return True
    if importlib.util.find_spec("torch"):  # the image has CUDA, too: several GB that need not be installed again
        packages = re.split(r"^(?=\w)", wanted.read_text(), flags=re.MULTILINE)
        wanted = folder / "requirements.txt"
        wanted.write_text("".join(text for text in packages if not re.match(r"(nvidia|cuda|triton)\b", text)))
    pip = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-deps"]
    command = [*pip, "-r", str(wanted)]
    made = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    with open(folder / "log.txt", "a") as log:
        log.write(made.stdout)
    if made.returncode == 0:
        return True
    tail = "\n".join(made.stdout.strip().splitlines()[-8:])
    finish({"kind": "failed", "message": f"pip could not install the requirements: {tail}", "time": time.time()})
    return False


def supervise() -> int:
    """Runs the job, and passes its events on."""
    command = [sys.executable, str(code / "supervise.py"), str(folder), "--objects", str(inputs / "objects"), "--echo"]
    command += ["--spec", str(inputs / "jobs" / given["id"] / "spec.json"), "--attempt", str(given["attempt"])]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: child.terminate())
    threading.Thread(target=keep_on, daemon=True).start()
    for line in child.stdout:
        if line.startswith(('{"event": "running"', '{"event": "done"', '{"event": "end"')):
            try_keep()
        print(line, end="", flush=True)
    ended = child.wait()
    result = read(folder / "result.json")
    finish(json.loads(result) if result else {"kind": "failed", "message": f"supervise.py ended with {ended}"})
    return ended


work.mkdir(parents=True, exist_ok=True)
restore()
sys.exit(supervise() if install() else 1)
