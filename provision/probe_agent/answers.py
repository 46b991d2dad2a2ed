"""An answer over TCP or UDP: from an agent of this batch, or from another program."""
from .message import ANSWER, FORM, MAGIC, SIZE


def judge_answer(attempt, data, session):
    """Ends the try, except by an agent's late answer to another try, which is none to this one."""
    if len(data) >= SIZE and data[:4] == MAGIC:
        _, _, kind, number, probe, of, tag = FORM.unpack(data[:SIZE])
        if kind == ANSWER:
            if (number, probe, of) == (attempt.n, attempt.job.id, session):
                attempt.finish('answered', attempt.job.protocol.upper() + ' answered', tag)
            return
    attempt.finish('foreign', 'an answer without the nonce: %s' % data[:16].hex())
