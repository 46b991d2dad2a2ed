"""Many numbers in few characters."""
import array
import base64
import sys


def text_of(numbers):
    """An array of 32-bit numbers, low byte first, in base64."""
    if sys.byteorder != 'little':
        numbers = array.array('I', numbers)
        numbers.byteswap()
    return base64.b64encode(numbers.tobytes()).decode()
