"""The ways out and the forbidden deeds, one function each; they run inside the process whose seal they try.

A function returns normally if it believes that it got through, raises ``NotHere`` if there is no such way on
this computer, and raises anything else if it was stopped. Whether something really arrived is said by the
witness, not by the function.
"""
