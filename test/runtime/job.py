"""A made-up job program in the place of remote/job.py: what a task does is said by its name, "what" or "what-more"."""

import json
import os
import sys
import threading
import time


def report(event, **fields):
    print(json.dumps({"event": event, **fields}), flush=True)


def work(task):
    name = task["name"]
    what = name.split("-")[0]
    report("task", task=name)
    with open("starts.txt", "a") as file:
        file.write(f"{name}\n")
    starts = open("starts.txt").read().split().count(name)
    if what == "rubbish":
        sys.stdout.write("no JSON\n{\"event\": 7}\n[]\n\x00\xff{\n")
        sys.stdout.flush()
        os.write(1, b"\xff\xfe half a line")
        os.write(1, b"\n")
        sys.stderr.write("\x1b[31mred\x1b[0m \x1b]0;title\x07" + os.environ.get("WOV_TEST_TOKEN", "") + " hf_abcdefghijklmnopqrstuv\n")
    if what == "silent":
        return  # ends without having done it
    if what == "fail":
        noise = "\x1b[31mred\x1b[0m " + os.environ.get("WOV_TEST_TOKEN", "")
        report("error", message=f"ValueError: it cannot be done: {noise}", task=name)
        sys.exit(1)
    if what == "second" and starts == 1:
        report("error", message="ValueError: not the first time", task=name)
        sys.exit(1)
    if what == "hang":
        time.sleep(600)
    if what == "memory":
        report("error", message="OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB", task=name)
        sys.exit(1)
    if what == "fill":
        try:
            with open("filler", "wb") as file:
                while True:
                    file.write(bytes(4096))
        except OSError as error:
            os.remove("filler")
            report("error", message=f"OSError: {error}", task=name)
            sys.exit(1)
    if what == "disk":
        report("error", message="OSError: [Errno 28] No space left on device", task=name)
        sys.exit(1)
    if what == "killed" or (what == "once" and starts == 1):
        os.kill(os.getpid(), 9)
    if what == "slow":
        for done in range(30):
            report("progress", task=name, done=done, total=30)
            time.sleep(0.1)
    with open(task["records"], "a") as file:
        file.write(json.dumps({"task": name, "device": os.environ.get("CUDA_VISIBLE_DEVICES")}) + "\n")
    report("progress", task=name, done=1, total=1)
    report("done", task=name, seconds=0.01)


def end_with_parent():
    while os.read(0, 1):
        pass
    os._exit(143)


threading.Thread(target=end_with_parent, daemon=True).start()
job = json.load(open(sys.argv[1]))
report("ready", model=job["model"], revision=None)
for one in job["tasks"]:
    work(one)
