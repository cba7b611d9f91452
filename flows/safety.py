"""What flows share where somebody may be in danger: numbers first, then whether it is safe to write."""

from flows.context import Answers, Context
from flows.events import Reply, SafetyStated
from flows.services import Services
from flows.steps import Done, Work


def numbers(context: Context, services: Services, purpose: str, key: str, key_without: str) -> Reply:
    """The numbers to call, or honest words where none is known."""
    known = services.emergency_numbers(context.country, purpose)
    return Reply(key, {"numbers": known}) if known else Reply(key_without)


def give_numbers(purpose: str, key: str, key_without: str) -> Work:
    def give(answers: Answers, context: Context, services: Services) -> Done:
        return Done("given", (numbers(context, services, purpose, key, key_without),))

    return give


def state_safe(answers: Answers, context: Context, services: Services) -> Done:
    return Done("stated", (SafetyStated(True),))


def state_unsafe(answers: Answers, context: Context, services: Services) -> Done:
    return Done("stated", (SafetyStated(False), Reply("safety.unsafe")))
