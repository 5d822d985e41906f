"""A Windows job object whose processes end with this one (win32 API, by ctypes)."""

from __future__ import annotations

import ctypes
import subprocess
from typing import Any

_KILL_ON_CLOSE = 0x2000
_EXTENDED_LIMITS = 9


class _Basic(ctypes.Structure):
    _fields_ = [
        ("PerProcessUserTimeLimit", ctypes.c_int64),
        ("PerJobUserTimeLimit", ctypes.c_int64),
        ("LimitFlags", ctypes.c_uint32),
        ("MinimumWorkingSetSize", ctypes.c_size_t),
        ("MaximumWorkingSetSize", ctypes.c_size_t),
        ("ActiveProcessLimit", ctypes.c_uint32),
        ("Affinity", ctypes.c_size_t),
        ("PriorityClass", ctypes.c_uint32),
        ("SchedulingClass", ctypes.c_uint32),
    ]


class _Extended(ctypes.Structure):
    _fields_ = [
        ("Basic", _Basic),
        ("IoInfo", ctypes.c_uint64 * 6),
        ("ProcessMemoryLimit", ctypes.c_size_t),
        ("JobMemoryLimit", ctypes.c_size_t),
        ("PeakProcessMemoryUsed", ctypes.c_size_t),
        ("PeakJobMemoryUsed", ctypes.c_size_t),
    ]


def create() -> Any:
    """Return a job handle; Windows kills its processes when the handle closes."""
    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined]
    kernel.CreateJobObjectW.restype = ctypes.c_void_p
    job = ctypes.c_void_p(kernel.CreateJobObjectW(None, None))
    limits = _Extended()
    limits.Basic.LimitFlags = _KILL_ON_CLOSE
    kernel.SetInformationJobObject(
        job, _EXTENDED_LIMITS, ctypes.byref(limits), ctypes.sizeof(limits)
    )
    return job


def assign(job: Any, process: subprocess.Popen[bytes]) -> None:
    """Put ``process`` into the job."""
    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined]
    handle = ctypes.c_void_p(int(process._handle))  # type: ignore[attr-defined]
    kernel.AssignProcessToJobObject(job, handle)
