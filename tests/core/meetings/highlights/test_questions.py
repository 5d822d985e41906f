"""Questions of substance and their answers."""

from __future__ import annotations

import pytest
from support.spoken import units

from app.core.meetings.highlights.questions import find_questions
from app.core.meetings.highlights.units import build_units
from app.core.meetings.model import Segment
from app.core.text.languages import shipped

WORDS = ("printer", "ladder", "bridge", "engine", "carpet", "window", "mirror", "kettle", "basket",
         "candle", "pencil", "hammer", "bottle", "needle", "pillow")  # fmt: skip


def asked(text: str) -> list[tuple[str, str | None]]:
    return [(q.text, q.answer.text if q.answer else None) for q in find_questions(units(text))]


def answer(text: str) -> str | None:
    found = asked(text)
    assert len(found) == 1
    return found[0][1]


@pytest.mark.parametrize(
    "said",
    [
        "How much does the licence cost?",
        "Who takes the minutes next week?",
        "The question is whether the budget covers it.",
        "We still need to find out who owns the printer.",
        "I wonder if the harbour is open in winter.",
        "Question: budget or quality",
        "Who is the harbour report for?",
        "Do you see the presentation as the last step of the project?",
        "Does everybody see the slides before the exam in June?",
        "Could you hear the voice of the customer in this printer?",
        "Do you see our screen size as a problem for old printers?",
    ],
)
def test_a_question_of_substance_is_shown(said: str):
    assert len(asked(said)) == 1


@pytest.mark.parametrize(
    "said",
    [
        "Right?", "Is that okay?", "Can you hear me now?", "You know what I mean?",
        "What did you say?", "Sorry, what was that?", "Shall we start the meeting?",
        "Any other questions from you?", "Can you all see my screen?",
        "Can everybody see the slides now?", "Do you hear the microphone properly?",
        "Does everybody hear us?", "Do you see the slides of the budget?",
        "The printer is broken, isn't it?",
    ],
)  # fmt: skip
def test_small_talk_is_not(said: str):
    assert asked(said) == []


@pytest.mark.parametrize(
    "said",
    [
        "Who will do it?", "And who's going to do that?", "So, um, who can do this, then?",
        "Who owns this?", "Who would like to take this on?", "Who is responsible?", "By when?",
        "When is it due?", "When can you have it ready?", "Whose job is that?",
        "How long will it take?",
    ],
)  # fmt: skip
def test_a_question_for_an_owner_or_a_date_needs_no_word_of_content(said: str):
    assert len(asked(said)) == 1


@pytest.mark.parametrize(
    "said",
    [
        "Who is that?", "Who is it?", "When was that?", "Who?", "Who said that?",
        "Who would have thought that?", "Who knows it?", "How long is it?", "Who will be there?",
    ],
)  # fmt: skip
def test_a_question_without_content_for_anything_else_is_not_shown(said: str):
    assert asked(said) == []


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        ("Who will do it?", "I will."),
        ("Who can do this?", "Me."),
        ("By when?", "Next week."),
        ("When is it due?", "Tomorrow."),
        ("When can you do it?", "As soon as possible."),
        ("How long will it take?", "Two weeks."),
        ("How many copies do we print?", "Ten."),
    ],
)
def test_the_bare_thing_that_was_asked_for_is_the_answer(question: str, reply: str):
    assert answer(f"Anna: {question}\nTom: Okay.\nTom: {reply}") == reply


def test_no_answers_a_question_that_only_holds_a_when():
    text = "Anna: Do we know when the harbour opens?\nTom: No, nobody told us.\nTom: I asked today."
    assert answer(text) == "No, nobody told us."


def test_the_answer_is_the_first_real_one_of_somebody_else():
    text = """
    Anna: What does the licence cost? I forgot the price of it.
    Tom: Um, okay.
    Anna: The licence, I mean.
    Tom: Well, the licence costs three hundred euros. That is per year.
    """
    assert answer(text) == "the licence costs three hundred euros. That is per year."


def test_without_names_whoever_comes_next_answers():
    assert answer("What does the licence cost?\nThree hundred euros.") == "Three hundred euros."


def test_a_question_back_is_no_answer():
    text = "Anna: What does the licence cost?\nTom: Which licence do you mean?\nTom: Ours is free."
    assert asked(text)[0][1] == "Ours is free."


def test_a_number_answers_a_question_for_one():
    text = (
        "Anna: How many copies do we print?\nTom: The printer is slow.\nTom: Two thousand copies."
    )
    assert answer(text) == "Two thousand copies."


def test_a_time_answers_a_question_for_one():
    text = "Anna: When does the harbour open?\nTom: The harbour is old.\nTom: It opens on Monday."
    assert answer(text) == "It opens on Monday."


def test_a_name_answers_a_question_for_one():
    assert answer("Anna: Who writes the report?\nTom: Maria.") == "Maria."


@pytest.mark.parametrize("reply", ["Yes.", "No.", "Not yet."])
def test_yes_and_no_answer_what_they_can_answer(reply: str):
    assert answer(f"Anna: Is the harbour open in winter?\nTom: {reply}") == reply


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        ("Which vendor do we pick?", "Acme."),
        ("What is the next step?", "Testing."),
        ("How do we print the plan?", "By hand."),
        ("Any news from the supplier?", "No."),
        ("Shall I do it?", "Yes please."),
        ("What time?", "Ten."),
    ],
)
def test_a_short_reply_that_comes_at_once_is_the_answer(question: str, reply: str):
    assert answer(f"Anna: {question}\nTom: {reply}\nMaria: The harbour crane is blue.") == reply


def test_what_the_same_person_adds_to_a_bare_yes_is_the_answer():
    text = "Anna: Is the harbour open?\nTom: Yes.\nTom: It opens again in spring."
    assert answer(text) == "It opens again in spring."


def test_a_name_alone_gives_the_floor_and_answers_nothing():
    text = "Anna: What is done for the harbour?\nChair: Maria.\nMaria: We deepen the harbour."
    assert answer(text) == "We deepen the harbour."


def test_a_word_that_comes_later_is_no_answer():
    text = "Anna: Which vendor do we pick?\nTom: Hmm.\nTom: The dear one.\nMaria: Acme."
    assert answer(text) == "The dear one."


def test_yes_is_no_answer_to_what():
    assert answer("Anna: What does the licence cost?\nTom: Yes.") is None


def test_nothing_answers_once_the_subject_has_changed():
    text = "Anna: What does the licence cost?\nTom: Next item, the harbour.\nTom: The crane is old."
    assert asked(text)[0][1] is None


def test_the_asker_does_not_answer_herself():
    assert answer("Anna: What does the licence cost?\nAnna: The crane is old.") is None


def test_what_fits_better_is_no_answer_once_the_asker_took_the_first_one_and_went_on():
    text = """
    Anna: Who did you ask about the certificate?
    Tom: The shared mailbox.
    Anna: Nobody reads that mailbox.
    Maria: I ship the harbour crane on Friday.
    """
    assert asked(text)[0][1] == "The shared mailbox."


def test_a_bare_yes_stays_the_answer_once_the_asker_went_on():
    text = """
    Anna: Is the harbour open in winter?
    Tom: Yes.
    Anna: The winter was hard this year.
    Tom: The crane lifts forty tonnes.
    """
    assert answer(text) == "Yes."


def test_nothing_answers_once_the_asker_went_on_twice():
    text = """
    Anna: Could you open the cover of the printer?
    Tom: Sure. Should I take the roll out?
    Anna: Leave the roll in, the bar is hot.
    Tom: Got it.
    Anna: The technician comes on Wednesday.
    Tom: We have the inspection of the ward.
    """
    assert asked(text)[0] == ("Could you open the cover of the printer?", None)


def test_an_answer_that_comes_after_the_asker_explained_the_question_is_one():
    text = """
    Anna: What does the licence cost?
    Tom: Hmm.
    Anna: The licence of the new printer, I mean.
    Tom: Three hundred euros.
    """
    assert answer(text) == "Three hundred euros."


@pytest.mark.parametrize(
    "said", ["I imagine that's a good question.", "This is a really tough harbour question."]
)
def test_what_is_said_about_a_question_is_no_answer(said: str):
    text = f"Anna: Is the harbour open in winter?\nTom: {said}\nTom: The harbour freezes over."
    assert answer(text) == "The harbour freezes over."


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Shall we drop the raffle?", "I wouldn't. People like it. Ask the shops to donate it."),
        ("Does a bee use landmarks alone?", "No. They use the sun as a compass."),
        ("Have we started on the form?", "Not yet. I need the accounts for last year."),
    ],
)
def test_the_no_in_front_of_an_answer_belongs_to_it(question: str, said: str):
    assert answer(f"Anna: {question}\nTom: {said}") == said
    assert answer(f"{question} {said}") == said


def test_nobody_answers_a_question_that_its_asker_left_behind_in_a_speech():
    speech = "The crane lifts the stones over the wall of the harbour every day. " * 6
    text = "Anna: How do we deepen the harbour? {speech}\nTom: The bridge is closed for repairs."
    assert asked(text.format(speech=speech))[0][1] is None
    short = "The crane lifts the stones over the wall. "
    assert asked(text.format(speech=short))[0][1] == "The bridge is closed for repairs."


def test_an_answer_after_a_minute_is_none():
    said = [
        Segment(1, 0.0, 5.0, "What does the licence cost?", "Anna"),
        Segment(2, 70.0, 75.0, "The crane is very old.", "Tom"),
    ]
    found = find_questions(build_units(said, shipped().get("en")))
    assert found[0].answer is None


def test_a_recogniser_without_question_marks_is_understood():
    text = "what does the licence cost\nthree hundred euros\nthe harbour is open"
    assert asked(text) == [("what does the licence cost", "three hundred euros")]


def test_what_stands_elsewhere_is_left_out():
    assert find_questions(units("Can you send the budget?"), frozenset({0})) == []


def test_a_long_answer_is_cut_to_its_beginning():
    long = " ".join(f"Point number {i} is about the harbour and the crane." for i in range(20))
    found = answer(f"Anna: What does the licence cost?\nTom: {long}")
    assert found is not None and len(found.split()) < 45


def test_in_a_language_without_cues_nothing_is_asked():
    assert find_questions(units("Was kostet die Lizenz genau?", "de")) == []


@pytest.mark.parametrize(
    "said",
    [
        "So you're saying that the crane opens the harbour by itself?",
        "It's the process of turning harbour sound into text?",
        "There are two cranes on the northern pier?",
        "We finished the harbour plan, didn't we?",
        "The boundaries would come from the harbour crane, wouldn't they?",
        "The crane was looking into the harbour, is that right?",
        "Does the harbour, it doesn't use any cranes, does it?",
        "Who knows if the harbour will ever open?",
    ],
)
def test_a_statement_that_only_wants_a_nod_is_no_question(said: str):
    assert asked(said) == []


@pytest.mark.parametrize(
    "said",
    [
        "That's why they use two cranes, or are they using the harbour?",
        "It is a difficult harbour, but how are we going to open it?",
        "How far along is the harbour, and where is it?",
        "We can move the harbour plan to Monday?",
        "I should write the harbour plan?",
        "Is there a crane in the harbour?",
        "They need the harbour plan by May?",
        "The harbour budget is how much?",
        "This crane is for which harbour?",
        "Is it clear who owns the release?",
        "The decision to be made is how the crane enters the harbour.",
    ],
)
def test_what_really_asks_is_still_shown(said: str):
    assert len(asked(said)) == 1


def test_a_question_that_is_asked_again_is_shown_once():
    text = (
        "Anna: What does the harbour crane cost?\nTom: Sorry?\n"
        "Anna: The harbour crane, what does it cost?\nTom: Ten thousand euros.\n"
        "Anna: When does the harbour crane arrive?\nTom: Who paid the harbour crane?"
    )
    found = [question for question, _ in asked(text)]
    assert len(found) == 3 and "The harbour crane, what does it cost?" not in found


@pytest.mark.parametrize("question", ["What does the harbour crane cost?", "Who will do it?"])
def test_of_a_question_that_is_asked_again_the_one_that_was_answered_is_shown(question: str):
    text = (
        f"Anna: {question}\nTom: Next topic please, the printer is broken.\n"
        f"Anna: Back to the list. {question}\nTom: I will, for ten thousand euros.\n"
        f"Anna: {question}"
    )
    assert asked(text) == [(question, "I will, for ten thousand euros.")]


def test_a_question_that_is_asked_again_in_passing_counts_as_much_as_before():
    things = "printer lamp window garage kitchen roof cellar fence garden heating".split()
    others = "\n".join(f"Anna: Who repairs the broken {t} before the club party?" for t in things)
    question = "What does the harbour crane cost?"
    text = f"Anna: Question: {question}\n{others}\nAnna: {question}\nTom: Ten thousand euros."
    assert (question, "Ten thousand euros.") in asked(text)


def test_of_a_question_that_nobody_answers_the_first_is_shown():
    question = "What does the harbour crane cost?"
    again = "The harbour crane in the harbour, what does it cost?"
    assert asked(f"Anna: {question}\nAnna: {again}") == [(question, None)]


@pytest.mark.parametrize(
    "several",
    [
        ("How many printers are in building one?", "How many printers are in building two?"),
        ("Is the crane in harbour 1 broken?", "Is the crane in harbour 2 broken?"),
        ("Who leads the first harbour meeting?", "Who leads the second harbour meeting?"),
        (
            "Why did the pilot customers leave the beta?",
            "How did the pilot customers leave the beta?",
            "What did the pilot customers leave the beta with?",
        ),
    ],
)
def test_questions_that_differ_in_a_number_or_in_what_they_ask_are_all_shown(several):
    text = "\n".join(f"Anna: {question}\nTom: Four of them last week." for question in several)
    assert [question for question, _ in asked(text)] == list(several)


def test_the_last_clause_of_a_long_question_is_not_another_one():
    text = (
        "How do we tackle the difficult challenges of the harbour, from ensuring that the crane "
        "has enough workers available every single day, to the very real questions about the "
        "traffic jams that people avoid when they gather at the gate of the harbour?"
    )
    found = [question for question, _ in asked(text)]
    assert len(found) == 1 and found[0].startswith("How do we tackle")


def test_a_long_list_grows_only_by_questions_that_are_clear_alone():
    short = [f"Is the {word} broken?" for word in WORDS]
    clear = [f"Does the {word} crane open the northern harbour in winter?" for word in WORDS]
    filler = ["We talked about the harbour and the crane for a very long while."] * 600
    assert len(asked("\n".join([*short, *filler]))) == 10
    assert len(asked("\n".join([*clear, *filler]))) == len(WORDS)
