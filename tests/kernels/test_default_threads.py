"""How many threads there are by default: made-up control groups, affinity, environment."""

import math
import os
import subprocess
import sys
from pathlib import Path

import pytest

import minicnn
from minicnn.kernels import default_threads as module
from minicnn.kernels.default_threads import cpu_quota, default_threads

V1 = "25 1 0:20 {top} /sys/fs/cgroup/cpu,cpuacct rw,nosuid shared:7 - cgroup cgroup rw,cpu,cpuacct"
V2 = "25 1 0:20 {top} /sys/fs/cgroup rw,nosuid shared:7 - cgroup2 cgroup2 rw,nsdelegate"
OTHERS = (
    "22 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw",
    "30 1 0:21 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset",
)


@pytest.fixture
def linux(tmp_path):
    """Build the files of a made-up system, and give the quota of a process in it."""

    def build(groups, mounts, files):
        (tmp_path / "cgroup").write_text("".join(f"{line}\n" for line in groups))
        (tmp_path / "mountinfo").write_text("".join(f"{line}\n" for line in (*OTHERS, *mounts)))
        for path, text in files.items():
            file = tmp_path / "sys/fs/cgroup" / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        return cpu_quota(tmp_path, tmp_path)

    return build


def v1(folder, quota, period="100000\n"):
    return {
        f"cpu,cpuacct{folder}/cpu.cfs_quota_us": quota,
        f"cpu,cpuacct{folder}/cpu.cfs_period_us": period,
    }


@pytest.mark.parametrize(
    ("text", "quota"),
    [
        ("100000 100000\n", 1),
        ("50000 100000\n", 0.5),
        ("300000 200000\n", 1.5),
        ("max 100000\n", math.inf),
        ("max\n", math.inf),
        ("", math.inf),
        ("100000\n", math.inf),
        ("100000 0\n", math.inf),
        ("-1 100000\n", math.inf),
        ("lots 100000\n", math.inf),
        ("1 2 3\n", math.inf),
        ("\0\0\0", math.inf),
    ],
)
def test_version_2(linux, text, quota):
    assert linux(["0::/"], [V2.format(top="/")], {"cpu.max": text}) == quota


@pytest.mark.parametrize(
    ("quota", "period", "expected"),
    [
        ("200000\n", "100000\n", 2),
        ("-1\n", "100000\n", math.inf),
        ("0\n", "100000\n", math.inf),
        ("200000\n", "", math.inf),
        ("", "100000\n", math.inf),
    ],
)
def test_version_1(linux, quota, period, expected):
    groups = ["5:memory:/else", "4:cpu,cpuacct:/", "0::/"]
    assert linux(groups, [V1.format(top="/")], v1("", quota, period)) == expected


def test_the_smallest_quota_of_nested_groups_counts(linux):
    files = {
        "cpu.max": "max 100000",
        "outer/cpu.max": "200000 100000",
        "outer/inner/cpu.max": "600000 100000",
        "outer/inner/innermost/cpu.max": "max 100000",
        "elsewhere/cpu.max": "1000 100000",
    }
    assert linux(["0::/outer/inner/innermost"], [V2.format(top="/")], files) == 2


def test_nested_groups_of_version_1(linux):
    files = v1("", "-1") | v1("/a", "50000") | v1("/a/b", "-1") | v1("/c", "1000")
    assert linux(["3:cpuacct,cpu:/a/b"], [V1.format(top="/")], files) == 0.5


@pytest.mark.parametrize("path", ["/docker/1f", "/docker/1f/sub", "/", "/../../outside", "/else"])
def test_a_container_sees_its_own_group_as_the_outermost(linux, path):
    # Where the group that is mounted is not the one of the hierarchy's root.
    top = "/" if path in ("/", "/../../outside") else "/docker/1f"
    assert linux([f"0::{path}"], [V2.format(top=top)], {"cpu.max": "300000 100000"}) == 3


def test_names_that_begin_alike_are_not_nested(linux):
    files = {"0/cpu.max": "100000 100000", "cpu.max": "max 100000"}
    assert linux(["0::/docker/10"], [V2.format(top="/docker/1")], files) == math.inf


def test_spaces_and_colons_in_names(linux, tmp_path):
    mount = V2.format(top="/").replace("/sys/fs/cgroup", r"/sys/fs/cgroup/my\040groups")
    files = {"my groups/a:b c/cpu.max": "400000 100000"}
    assert linux(["0::/a:b c"], [mount], files) == 4


def test_both_versions_at_once(linux):
    # As systemd's "hybrid" mode mounts them: version 2 without a controller for the CPU.
    mounts = [V1.format(top="/"), V2.format(top="/").replace("cgroup rw", "cgroup/unified rw")]
    assert linux(["1:cpu,cpuacct:/a", "0::/a"], mounts, v1("/a", "100000")) == 1


@pytest.mark.parametrize("groups", [[], ["no line of that kind", "", "0"], ["1:cpuset:/"]])
def test_no_group_for_the_cpu(linux, groups):
    assert (
        linux(groups, [V1.format(top="/"), "", "one - ", "- cgroup2"], v1("", "1000")) == math.inf
    )


def test_other_systems(tmp_path):
    assert cpu_quota(tmp_path / "missing") == math.inf


@pytest.fixture
def machine(monkeypatch):
    """Set what the process may use, and what the environment says."""

    def put(cpus=64, quota=math.inf, **variables):
        for name in ("MINICNN_NUM_THREADS", "OMP_NUM_THREADS"):
            monkeypatch.delenv(name, raising=False)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(cpus)), raising=False)
        monkeypatch.setattr(module, "cpu_quota", lambda: quota)
        return default_threads()

    return put


@pytest.mark.parametrize(
    ("cpus", "quota", "threads"),
    [
        (64, math.inf, 64),
        (64, 1.0, 1),
        (64, 0.05, 1),
        (64, 1.5, 2),  # one thread cannot use it up
        (64, 4.0, 4),
        (2, 4.0, 2),
        (1, math.inf, 1),
    ],
)
def test_affinity_and_quota(machine, cpus, quota, threads):
    assert machine(cpus, quota) == threads


@pytest.mark.parametrize(("value", "threads"), [("3", 3), (" 128 ", 128), ("01", 1), ("", 4)])
def test_the_variable_decides(machine, value, threads):
    assert machine(4, 2.0 if value else math.inf, MINICNN_NUM_THREADS=value) == threads


@pytest.mark.parametrize("value", ["0", "-1", "two", "1.5", "1e3", "4,2", "nan", "9" * 5000, "²"])
def test_a_bad_variable_is_named(machine, value):
    with pytest.raises(ValueError, match=r"^MINICNN_NUM_THREADS must be a positive integer, got '"):
        machine(MINICNN_NUM_THREADS=value)


@pytest.mark.parametrize(
    ("value", "threads"),
    [("2", 2), ("2,4", 2), (" 3 , 1", 3), ("16", 8), ("", 8), ("0", 8), ("-2", 8), ("all", 8)],
)
def test_openmp_lowers_the_default(machine, value, threads):
    assert machine(8, OMP_NUM_THREADS=value) == threads
    assert machine(8, OMP_NUM_THREADS=value, MINICNN_NUM_THREADS="5") == 5


USE = "import minicnn; from minicnn.kernels.relu import rectify; import numpy as np; "


def run(code, **variables):
    root = str(Path(minicnn.__file__).parents[1])
    return subprocess.run(
        [sys.executable, "-c", USE + code],
        env=os.environ | {"PYTHONPATH": root} | variables,
        capture_output=True,
        text=True,
    )


def test_a_process_takes_the_variable():
    done = run("print(minicnn.get_threads())", MINICNN_NUM_THREADS="3")
    assert (done.stdout, done.stderr) == ("3\n", "")


def test_a_bad_variable_is_no_error_of_the_import():
    done = run("print('here'); rectify(np.ones(3))", MINICNN_NUM_THREADS="many")
    assert done.stdout == "here\n"
    last = done.stderr.splitlines()[-1]
    assert last == "ValueError: MINICNN_NUM_THREADS must be a positive integer, got 'many'."


def test_set_threads_overrides_a_bad_variable():
    code = "minicnn.set_threads(2); rectify(np.ones(3)); print(minicnn.get_threads())"
    done = run(code, MINICNN_NUM_THREADS="many")
    assert (done.stdout, done.stderr) == ("2\n", "")


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system has no affinity")
def test_the_affinity_of_a_process():
    code = "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}); "
    done = run(code + "print(minicnn.get_threads())")
    assert (done.stdout, done.stderr) == ("1\n", "")
