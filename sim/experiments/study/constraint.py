"""A constraint: a condition on the values of factors, such as `reward <= 0.1 * threshold`.

Only numbers, names of factors, + - * /, comparisons, and, or, not. It is read into a tree and worked out from that;
nothing that stands in a study file is ever run as a program.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sim.scenario.errors import advice

MOST_CHARACTERS = 300
ALLOWED = "a constraint may hold names of factors, numbers, + - * /, comparisons, and, or, not, and brackets"

Values = Mapping[str, Any]
Term = Callable[[Values], Any]

_ARITHMETIC: dict[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_COMPARISON: dict[type[ast.AST], Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}


class ConstraintError(ValueError):
    """A constraint cannot be read, or not be worked out at a point; says why and what would be right."""


@dataclass(frozen=True)
class Constraint:
    """One condition; `names` are the factors that it speaks of, in the order in which it names them."""

    text: str
    names: tuple[str, ...]
    _holds: Term = field(repr=False, compare=False)

    @classmethod
    def read(cls, text: str, known: Iterable[str]) -> Constraint:
        """Read a condition over the factors of these names. ConstraintError where it is none."""
        if len(text) > MOST_CHARACTERS:
            raise ConstraintError(f"longer than {MOST_CHARACTERS} characters; make two constraints of it")
        try:
            tree = ast.parse(text.strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            raise ConstraintError(f"not readable as a condition; {_hint(text)}") from None
        reader = _Reader(tuple(known))
        term = reader.condition(tree)
        if not reader.names:
            raise ConstraintError("names no factor, so it holds at all points or at none; remove it")
        return cls(text.strip(), tuple(dict.fromkeys(reader.names)), term)

    def holds(self, values: Values) -> bool:
        """Whether a point keeps it. ConstraintError where it divides by 0 there."""
        try:
            return bool(self._holds(values))
        except ZeroDivisionError:
            where = ", ".join(f"{name} = {values[name]}" for name in self.names)
            raise ConstraintError(f"'{self.text}' divides by 0 where {where}; multiply instead") from None


@dataclass
class _Reader:
    """One walk over a condition; what is not on the list of what may stand there is refused."""

    known: tuple[str, ...]
    names: list[str] = field(default_factory=list)

    def condition(self, node: ast.expr) -> Term:
        """A part that is true or false."""
        if isinstance(node, ast.BoolOp):
            parts = [self.condition(part) for part in node.values]
            every = all if isinstance(node.op, ast.And) else any
            return lambda values: every(part(values) for part in parts)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            inner = self.condition(node.operand)
            return lambda values: not inner(values)
        if isinstance(node, ast.Compare):
            if not all(type(sign) in _COMPARISON for sign in node.ops):
                raise ConstraintError(f"'is' and 'in' are not allowed; {ALLOWED}")
            signs = [_COMPARISON[type(sign)] for sign in node.ops]
            terms = [self.number(term) for term in (node.left, *node.comparators)]

            def compare(values: Values) -> bool:
                numbers = [term(values) for term in terms]
                return all(sign(*pair) for sign, *pair in zip(signs, numbers, numbers[1:], strict=False))

            return compare
        self.number(node)  # a fault within it is the better message
        raise ConstraintError("is a number, not a condition; compare it, such as 'threshold <= 200'")

    def number(self, node: ast.expr) -> Term:
        """A part that is a number."""
        if isinstance(node, ast.Constant) and type(node.value) in (int, float):
            value = node.value
            return lambda _: value
        if isinstance(node, ast.Name):
            if node.id not in self.known:
                raise ConstraintError(f"no factor is called '{node.id}'; {advice(node.id, self.known)}")
            self.names.append(node.id)
            return operator.itemgetter(node.id)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
            inner = self.number(node.operand)
            return inner if isinstance(node.op, ast.UAdd) else lambda values: -inner(values)
        if isinstance(node, ast.BinOp) and type(node.op) in _ARITHMETIC:
            sign, left, right = _ARITHMETIC[type(node.op)], self.number(node.left), self.number(node.right)
            return lambda values: sign(left(values), right(values))
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitAnd | ast.BitOr):
            raise ConstraintError(f"write 'and' and 'or', not & and |; {ALLOWED}")
        if isinstance(node, ast.BoolOp | ast.Compare):
            raise ConstraintError(f"'{ast.unparse(node)}' is a condition where a number is needed")
        shown = ast.unparse(node)
        shown = shown if len(shown) <= 40 else shown[:37] + "..."
        raise ConstraintError(f"'{shown}' has no place in it; {ALLOWED}")


def _hint(text: str) -> str:
    bare = text
    for sign in ("<=", ">=", "==", "!="):
        bare = bare.replace(sign, "")
    return "write == for 'is equal to'" if "=" in bare else ALLOWED
