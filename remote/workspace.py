"""The folder on a machine or a cluster in which jobs lie, seen from outside.

    python workspace.py WORKSPACE COMMAND < REQUEST.json > ANSWER.json

Only Python's standard library is used, so that any Python 3.9 or newer can run it.
  WORKSPACE/code/HASH/   the kit's Python code
  WORKSPACE/objects/     inputs of jobs, named by their SHA-256; each is sent once
  WORKSPACE/jobs/ID/     see supervise.py
Commands, with what they read and what they answer:
  missing    {"objects": {SHA-256: bytes}}   those that are not there
  create     {"id", "spec"}             makes the job's folder; {"created": whether it was not there}
  reset      {"id", "forget"}           before an attempt; may forget a cancellation; {"free": no process works on it}
  start      {"id", "command"}          starts a supervisor on this machine that outlives the connection
  look       {"jobs": {ID: OFFSET}}     for each: new events from that byte of events.jsonl, result, age of the heartbeat
  list       {"all"}                    the jobs that were not collected, or all, without their inputs
  collected  {"id"}                     remembers that the caller has the results
  note       {"id", "engine"}           remembers the id that an engine has given to the job's newest attempt
  cancel     {"id"}                     asks the supervisor to end the job
  log        {"id", "offset"}           the job's log from that byte
  clean      {}                         removes collected jobs, and inputs that no other job has; {"bytes"}
  describe   {}                         host, cores, GPUs, places that are taken, free disk
"""

import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

MAX_BYTES = 4_000_000


def write_whole(file: Path, text: str) -> None:
    """Writes a file so that it is never seen half-written."""
    part = file.with_name(f".{file.name}.{os.getpid()}")
    part.write_text(text, encoding="utf8")
    os.replace(part, file)


def read_json(file: Path, default=None):
    try:
        return json.loads(file.read_text(encoding="utf8"))
    except (OSError, ValueError):
        return default


def job_folder(root: Path, job_id: str) -> Path:
    if not re.fullmatch(r"[0-9a-f]{12,64}", job_id):
        raise ValueError(f"'{job_id}' is no id of a job")
    return root / "jobs" / job_id


def missing(root: Path, request: dict) -> list:
    """A file of another size was cut off, as by a loss of power."""
    sizes = request["objects"]
    files = {name: root / "objects" / name for name in sizes}
    return [name for name, file in files.items() if not file.exists() or file.stat().st_size != sizes[name]]


def create(root: Path, request: dict) -> dict:
    """The folder appears with its spec in it, or not at all."""
    folder = job_folder(root, request["id"])
    if read_json(folder / "spec.json") is not None:
        return {"created": False}
    (folder / "work").mkdir(parents=True, exist_ok=True)  # also of a job that never starts, outputs may be asked for
    write_whole(folder / "spec.json", json.dumps(request["spec"]))
    return {"created": True}


def is_held(folder: Path) -> bool:
    """Whether a process of this machine works on the job; of another one, where the file system shares locks."""
    return is_locked(folder / "lock")


def is_locked(file: Path) -> bool:
    """A shared lock is tried: several may look at the same time, and NFS gives it to files opened for reading."""
    try:
        with open(file) as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            return False
    except BlockingIOError:
        return True
    except OSError:
        return False


def reset(root: Path, request: dict) -> dict:
    folder = job_folder(root, request["id"])
    if is_held(folder):
        return {"free": False}
    for name in ("cancel", "collected") if request["forget"] else ():
        (folder / name).unlink(missing_ok=True)
    return {"free": True}


def start(root: Path, request: dict) -> dict:
    folder = job_folder(root, request["id"])
    if is_held(folder):
        return {"started": False}
    env = {**os.environ, **request.get("environment", {})}
    with open(folder / "supervisor.txt", "ab") as log:
        child = subprocess.Popen(
            request["command"], stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, env=env, cwd=root
        )
    deadline = time.time() + 10
    while not is_held(folder) and child.poll() is None and time.time() < deadline:
        time.sleep(0.05)
    return {"started": True, "pid": child.pid}


def age(file: Path):
    try:
        return round(max(0.0, time.time() - file.stat().st_mtime), 1)
    except OSError:
        return None


def state(folder: Path) -> dict:
    return {
        "result": read_json(folder / "result.json"),
        "heartbeat": age(folder / "heartbeat"),
        "quiet": age(folder / "events.jsonl"),
        "held": is_held(folder),
        "engine": read_json(folder / "engine.json", []),
        "cancelled": (folder / "cancel").exists(),
        "attempts": read_json(folder / "attempts", 0),
        "printed": printed(folder),
    }


def printed(folder: Path) -> str:
    """What the supervisor itself, or the engine, has printed last: why it could not start."""
    files = [folder / "supervisor.txt", *sorted(folder.glob("slurm-*.txt"))]
    texts = [file.read_text("utf8", "replace").strip() for file in files if file.exists() and file.stat().st_size < 100_000]
    return "\n".join("\n".join(texts).splitlines()[-6:])


def look(root: Path, request: dict) -> dict:
    return {job_id: look_at(job_folder(root, job_id), offset) for job_id, offset in request["jobs"].items()}


def look_at(folder: Path, offset: int) -> dict:
    """The state is read before the events, so that the events of a job that has ended are all there."""
    found = state(folder)
    events, end = whole_lines(folder / "events.jsonl", offset)
    return {**found, "exists": (folder / "spec.json").exists(), "events": events, "offset": end}


def whole_lines(file: Path, offset: int) -> tuple:
    try:
        with open(file, "rb") as stream:
            stream.seek(offset)
            data = stream.read(MAX_BYTES)
    except OSError:
        return "", offset
    if len(data) < MAX_BYTES or b"\n" in data:  # else a line that is longer, which is given in parts
        data = data[: data.rfind(b"\n") + 1]
    return data.decode("utf8", "replace"), offset + len(data)


def list_jobs(root: Path, request: dict) -> list:
    folders = [file.parent for file in sorted((root / "jobs").glob("*/spec.json"))]
    return [describe_job(one) for one in folders if request["all"] or not (one / "collected").exists()]


def collected(root: Path, request: dict) -> dict:
    (job_folder(root, request["id"]) / "collected").touch()
    return {}


def describe_job(folder: Path) -> dict:
    spec = read_json(folder / "spec.json", {})
    events, _ = whole_lines(folder / "events.jsonl", 0)
    lines = [line for line in events.splitlines() if line.startswith("{")]
    return {
        "id": folder.name,
        "spec": {key: value for key, value in spec.items() if key != "inputs"},
        "created": (folder / "spec.json").stat().st_mtime,
        "attempt": next((line for line in reversed(lines) if line.startswith('{"event": "attempt"')), None),
        "running": next((line for line in reversed(lines) if line.startswith('{"event": "running"')), None),
        **state(folder),
    }


def note(root: Path, request: dict) -> dict:
    file = job_folder(root, request["id"]) / "engine.json"
    write_whole(file, json.dumps([*read_json(file, []), request["engine"]]))
    return {}


def cancel(root: Path, request: dict) -> dict:
    (job_folder(root, request["id"]) / "cancel").touch()
    return {}


def log(root: Path, request: dict) -> dict:
    """Of a job that could not be started, what its supervisor has printed."""
    folder = job_folder(root, request["id"])
    file = folder / "log.txt" if (folder / "log.txt").exists() else folder / "supervisor.txt"
    text, end = whole_lines(file, request["offset"])
    return {"text": text, "offset": end}


def clean(root: Path, _: dict) -> dict:
    folders = [file.parent for file in (root / "jobs").glob("*/spec.json")]
    over = [one for one in folders if (one / "collected").exists() and not is_held(one)]
    needed = {one["sha256"] for other in folders if other not in over for one in read_json(other / "spec.json")["inputs"]}
    files = [file for one in over for file in one.rglob("*") if file.is_file() and not file.is_symlink()]
    unused = [file for file in (root / "objects").iterdir() if file.name not in needed]
    freed = sum(file.stat().st_size for file in [*files, *unused])
    for one in over:
        shutil.rmtree(one)
    for file in unused:
        file.unlink()
    return {"bytes": freed}


def describe_gpus(field: str) -> list:
    """The name and one more field of each NVIDIA GPU of this machine."""
    query = ["nvidia-smi", f"--query-gpu=name,{field}", "--format=csv,noheader,nounits"]
    try:
        lines = subprocess.run(query, capture_output=True, text=True, timeout=20, check=True).stdout.splitlines()
    except (OSError, subprocess.SubprocessError):
        lines = []
    return [line.rsplit(", ", 1) for line in lines if ", " in line]


def describe(root: Path, _: dict) -> dict:
    gpus = describe_gpus("memory.total")
    return {
        "host": os.uname().nodename,
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "gpus": [{"name": name, "memoryGb": round(int(mib) / 1024, 1)} for name, mib in gpus],
        "busy": sum(is_locked(file) for file in (root / "slots").glob(f"{os.uname().nodename}-*")),
        "diskGb": round(shutil.disk_usage(root).free / 1e9, 1),
        "python": sys.version.split()[0],
    }


COMMANDS = {
    "missing": missing,
    "create": create,
    "reset": reset,
    "start": start,
    "look": look,
    "list": list_jobs,
    "collected": collected,
    "note": note,
    "cancel": cancel,
    "log": log,
    "clean": clean,
    "describe": describe,
}


def main(arguments: list) -> int:
    root, command = Path(arguments[0]).expanduser().resolve(), arguments[1]
    for name in ("objects", "jobs"):
        (root / name).mkdir(parents=True, exist_ok=True)
    try:
        answer = COMMANDS[command](root, json.load(sys.stdin))
    except (OSError, ValueError, KeyError) as error:
        json.dump({"error": f"{type(error).__name__}: {error}"}, sys.stdout)
        return 1
    json.dump({"answer": answer}, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
