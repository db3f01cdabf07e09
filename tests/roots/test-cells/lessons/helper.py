import deeper


def twice(number: float) -> float:
    return deeper.TWO * number
