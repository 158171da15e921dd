"""One message at a time on one core."""
from threadpoolctl import threadpool_limits


def answer_on_one_core() -> None:
    """From now on, matrices are multiplied by one thread in this process. Those of one message are so small that a second thread
    waits longer than it works, and takes the core from the patient beside; training, with large ones, is not to call this."""
    threadpool_limits(limits=1, user_api="blas")
