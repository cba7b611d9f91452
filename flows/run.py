"""One turn in the making: the frames of the flows under way, and what has been caused so far."""

from collections.abc import Mapping
from dataclasses import replace

from flows import choices
from flows.context import Answers, Context, Input
from flows.events import IRREVERSIBLE, Choice, Event, HandoffRequested, Reply, SessionReset
from flows.services import Services, Text
from flows.session import Frame, Position, Session
from flows.steps import LISTED, Ask, Call, Choose, Consent, Do, End, Flow, Handoff, Parser, Say, Step
from flows.turn import FlowLoop, Turn

MAX_STEPS_PER_TURN = 40  # the longest way between two questions is under ten; more is a loop
MAX_RETRIES = 3  # after the third answer that was not understood, a human is offered
MAX_WORDS_AFTER = 3  # a longer message after an answer is rather the next question than a choice offered
OFFER = "offer_human"  # the id of the choice that is then added
MAX_TRAIL = 10  # BACK reaches this far; each wait kept costs a copy of the answers

Flows = Mapping[str, Flow]


class Run:
    """One turn in the making."""

    def __init__(self, flows: Flows, context: Context, services: Services, at: Position) -> None:
        self.flows = flows
        self.context = context
        self.services = services
        self.begun_at = at
        self.frames = list(at.frames)
        self.hints = dict(at.hints)
        self.trail: tuple[Position, ...] = ()
        self.retries = 0
        self.events: list[Event] = []

    # where the turn stands

    @property
    def frame(self) -> Frame:
        return self.frames[-1]

    def step(self) -> Step:
        step = self.flows[self.frame.flow].step(self.frame.step)
        if step is None:
            raise LookupError(f"{self.frame.flow} has no step {self.frame.step}")
        return step

    def key(self, step: Step) -> str:
        return f"{self.frame.flow}.{step.name}"

    def _fits(self, frame: Frame) -> bool:
        flow = self.flows.get(frame.flow)
        return flow is not None and flow.version == frame.version and flow.step(frame.step) is not None

    def is_known(self) -> bool:
        return bool(self.frames) and all(self._fits(frame) for frame in self.frames)

    def reset(self) -> Turn:
        """Begin the first flow that no longer fits anew, or the menu if it is gone, with an apology."""
        lost = next((i for i, frame in enumerate(self.frames) if not self._fits(frame)), 0)
        frame = self.frames[lost] if self.frames else Frame("", 0, "")
        self.events += [SessionReset(frame.flow, frame.version, frame.step), Reply("system.changed")]
        del self.frames[lost:]
        if frame.flow in self.flows:
            self.enter(frame.flow, into=frame.into)
        else:
            self.frames.clear()
            self.enter("menu")
        return self.go()

    # moving

    def enter(self, flow: str, *, answers: Answers | None = None, into: str | None = None) -> None:
        found = self.flows[flow]
        self.frames.append(Frame(found.name, found.version, found.start, answers or {}, into))

    def goto(self, step: str) -> None:
        self.frames[-1] = replace(self.frame, step=step)

    def remember(self, **answers: object) -> None:
        self.frames[-1] = replace(self.frame, answers={**self.frame.answers, **answers})

    def emit(self, *events: Event) -> None:
        self.events += events
        if any(isinstance(event, IRREVERSIBLE) for event in events):
            self.trail = ()

    def go(self) -> Turn:
        """Take steps until one waits for an answer or the conversation is over."""
        for _ in range(MAX_STEPS_PER_TURN):
            if not self.frames:
                return Turn(None, tuple(self.events))
            step = self.step()
            if isinstance(step, Ask | Choose | Consent):
                if not self._answered_by_hint(step):
                    return self.wait(step)
            else:
                self._take(step)
        raise FlowLoop(f"{self.frame.flow}.{self.frame.step}")

    def _take(self, step: Say | Do | Call | Handoff | End) -> None:
        match step:
            case Say():
                self.emit(Reply(self.key(step), self._shown(step)))
                self.goto(step.next)
            case Do():
                done = step.run(self.frame.answers, self.context, self.services)
                self.emit(*done.events)
                self.remember(**done.answers)
                self.goto(step.outcomes[done.outcome])
            case Call():
                passed = {theirs: self.frame.answers[ours] for theirs, ours in step.passes.items()}
                self.hints |= passed
                self.goto(step.next)
                self.enter(step.flow, answers=passed, into=step.name)
            case Handoff():
                self.emit(Reply(self.key(step)), HandoffRequested(step.topic, is_urgent=step.is_urgent))
                if step.next:
                    self.goto(step.next)
                else:
                    self.frames.clear()
            case End():
                self._leave(step)

    def _leave(self, step: End) -> None:
        left = self.frames.pop()
        if self.frames and left.into and step.gives:
            self.remember(**{left.into: left.answers.get(step.gives)})

    def _answered_by_hint(self, step: Ask | Choose | Consent) -> bool:
        """Skip what was said already; but a question that is come back to on purpose is asked."""
        if isinstance(step, Consent):
            return False
        name = _answer_name(step)
        hint = name if name in self.hints else step.fills if name not in self.frame.answers else None
        if hint not in self.hints:
            return False
        value = self.hints[hint]
        if isinstance(step, Choose):
            if value not in step.options:
                return False
            next_step = step.options[value]
        else:
            try:
                value = step.parse(Input(text=str(value)), self.context, self.services)
            except ValueError:
                return False
            next_step = step.next
        del self.hints[hint]
        self.remember(**{name: value})
        self.goto(next_step)
        return True

    # asking

    def wait(self, step: Step, *, is_retry: bool = False) -> Turn:
        """Put the question of this step, and wait."""
        if is_retry and self.retries >= MAX_RETRIES:
            self.emit(Reply("human.offer"))
        key = self.key(step) + (".retry" if is_retry else "")
        if self.context.channel_kind == "sms" and self.services.wordings(f"{key}.sms"):
            key += ".sms"
        self.emit(Reply(key, self._shown(step), self._choices(step)))
        position = Position(tuple(self.frames), self.hints)
        session = Session(position, self.context.text, self.retries, self.trail)
        return Turn(session, tuple(self.events), is_understood=not is_retry)

    def _shown(self, step: Step) -> dict[str, str | int | Text]:
        names = () if isinstance(step, Do | Call | Handoff | End) else step.shows
        return {name: self.frame.answers[name] for name in names}

    def _choices(self, step: Step) -> tuple[Choice, ...]:
        offered: tuple[Choice, ...] = ()
        if isinstance(step, Consent):
            offered = (Choice("yes", "choice.yes"), Choice("no", "choice.no"))
        elif isinstance(step, Ask) and step.is_optional:
            offered = (Choice("skip", f"{self.key(step)}.skip"),)
        elif isinstance(step, Choose):
            offered = self._options(step)
        if self.retries >= MAX_RETRIES and "human" not in {choice.id for choice in offered}:
            offered += (Choice(OFFER, "human.offer.human"),)
        return offered

    def _options(self, step: Choose) -> tuple[Choice, ...]:
        answers = self.frame.answers
        listed = answers.get(step.listed, ()) if step.listed else ()
        ids = answers.get(step.only, ()) if step.only else step.shown or tuple(step.options)
        key = step.labels or self.key(step)
        named = [
            Choice(id_, f"{key}.{id_}", spare=len(listed) + 1 if id_ in step.if_room else 0)
            for id_ in ids
            if id_ in step.options
        ]
        offered = (
            *(choice for choice in named if choice.id in step.leads),
            *(
                Choice(str(id_), Text(short, full), spare=place if LISTED in step.if_room else 0)
                for place, (id_, short, full) in enumerate(listed, 1)
            ),
            *(choice for choice in named if choice.id not in step.leads),
        )
        # a choice that is left out at the end of an SMS takes its number with it
        by_sms = self.context.channel_kind == "sms"
        return tuple(sorted(offered, key=lambda choice: choice.spare)) if by_sms else offered

    # answering

    def answer(self, given: Input) -> Turn:
        step = self.step()
        if isinstance(step, Consent):
            is_yes = choices.agrees(given, self.services.wordings)
            return self._accept(step, "yes" if is_yes else "no", step.yes if is_yes else step.no)
        picked = self._picked(step, given)
        if picked == OFFER:
            self.frames.clear()
            self.enter("human")
            return self.go()
        if isinstance(step, Choose):
            return self._chosen(step, picked, given)
        if isinstance(step, Ask):
            return self._told(step, given, None if picked == "skip" else step.parse, step.next)
        raise LookupError(f"{self.key(step)} waits for no answer")

    def _chosen(self, step: Choose, picked: str | None, given: Input) -> Turn:
        next_step = step.options.get(picked, step.listed_next) if picked else None
        if next_step:
            return self._accept(step, picked, next_step)
        if step.otherwise:
            return self._told(step, given, step.parse, step.otherwise)
        if step.is_optional:
            return Turn(None, (), is_understood=False)
        return self._ask_again(step)

    def _told(self, step: Ask | Choose, given: Input, parse: Parser | None, next_step: str) -> Turn:
        """Keep what was written, as the step parses it; without a parser the question was skipped."""
        try:
            value = parse(given, self.context, self.services) if parse else None
        except ValueError:
            return self._ask_again(step)
        return self._accept(step, value, next_step)

    def _picked(self, step: Step, given: Input) -> str | None:
        """The id of the choice that was made, if any of those offered was."""
        wordings = self.services.wordings
        offered = self._choices(step)
        options = [self._option(choice) for choice in offered]
        if isinstance(step, Choose) and not step.only:
            key = step.labels or self.key(step)
            unseen = [id_ for id_ in step.options if id_ not in {choice.id for choice in offered}]
            options += [self._option(Choice(id_, f"{key}.{id_}"), is_listed=False) for id_ in unseen]
        picked = choices.pick_exactly(given, options, wordings)
        if picked or not isinstance(step, Choose) or step.otherwise:
            return picked
        if step.is_optional and len(given.text.split()) > MAX_WORDS_AFTER:
            return None
        if step.fills == "topic" and given.topic in step.options:
            picked = given.topic
        else:
            picked = choices.pick_loosely(given, options)
        if picked and step.listens:
            self._listen(given)
        return picked

    def _listen(self, given: Input) -> None:
        self.context = replace(self.context, text=given.text)
        seen = {"topic": given.topic, "place": given.place}
        self.hints |= {name: hint for name, hint in seen.items() if hint}

    def _option(self, choice: Choice, *, is_listed: bool = True) -> choices.Option:
        if isinstance(choice.label, Text):
            return choices.option(choice.id, (choice.label.short, choice.label.full))
        wordings = self.services.wordings
        # beside the words of this choice, those that mean the same at every question: yes, skip, more
        words = (*wordings(f"{choice.label}.words"), *wordings(f"choice.{choice.id}.words"))
        return choices.option(choice.id, wordings(choice.label), words, is_listed=is_listed)

    def _accept(self, step: Ask | Choose | Consent, value: object, next_step: str) -> Turn:
        self.trail = (*self.trail, self.begun_at)[-MAX_TRAIL:]
        self.retries = 0
        self.remember(**{_answer_name(step): value})
        if not isinstance(step, Consent) and step.fills:
            self.hints.pop(step.fills, None)
        self.goto(next_step)
        return self.go()

    def _ask_again(self, step: Step) -> Turn:
        self.retries += 1
        return self.wait(step, is_retry=True)


def _answer_name(step: Ask | Choose | Consent) -> str:
    return (step.answer if isinstance(step, Choose) else None) or step.name
