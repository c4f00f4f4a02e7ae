"""kill -9 at a random moment of a submission, an opening, letters, reminders: what was acknowledged is there, nothing is half.

python -m tests.hostile.kill --rounds 300 [--seed 7] [--scenes reminders]

Each round copies a moment of the worked example, starts a web server (gunicorn) and often a scheduler on the copy, lets
people send their forms, and kills all of it at a random moment. Then it starts anew, lets everybody who got no answer
try again, lets the scheduler finish, and looks.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random

from flask import Flask
from sqlalchemy import select

from portal import create_app
from portal.access import SYSTEM
from portal.mail import MailStatus, OutboxMail
from portal.work import begin_read
from tests.browser.worked_example import settings_in
from tests.hostile import looking, scenes
from tests.hostile.rounds import PostOffice, Round

SCENES = ("submit", "reminders", "open", "letters", "submit", "reminders", "scheduler")
"""What is going on when the blow falls; "scheduler" is the letters' scheduler, killed while it makes and mails them,
"reminders" one or two of them on the morning when every provider is to be reminded."""
LONGEST = {"submit": 0.5, "open": 0.5, "letters": 0.4, "scheduler": 2.5, "reminders": 3.0}
"""Seconds within which the blow falls. Where it falls decides nothing about right or wrong."""


def _scene_of(kind: str) -> str:
    return "letters" if kind == "scheduler" else kind


def play(scene: str, home: Path, app: Flask, random: Random, number: int) -> list[str]:
    """One round; returns what was wrong."""
    folder = home / f"round-{number}"
    shutil.copytree(home / _scene_of(scene), folder)
    post = PostOffice(folder / "accepted")
    found = Round(folder, app, post)
    try:
        post.wait()
        blows = _strike(found, scene, random)
        office = found.office()
        wrong = looking.faults(office, found.acknowledged)
        office.db.dispose()
        wrong += _again(found)
        if scene == "reminders":
            wrong += _reminded(found)
        for message_id, times in post.accepted().items():
            if times > 1 + blows:
                wrong.append(f"mail {message_id} left {times} times after {blows} blows")
    finally:
        found.kill()
        post.close()
        shutil.rmtree(folder)
    return [f"round {number} ({scene}): {fault}" for fault in wrong]


def _strike(found: Round, scene: str, random: Random) -> int:
    """Let them work and kill them. Who died says which mail may have left twice: at most one for each blow."""
    if scene == "reminders":
        return _strike_reminders(found, random)
    found.start_web()
    if scene == "scheduler":
        for thread in found.send_all():
            thread.join()
        found.kill()
        found.start_web()
    if scene == "scheduler" or random.random() < 0.3:
        found.start_scheduler()
    threads = [] if scene == "scheduler" else found.send_all()
    time.sleep(random.random() * LONGEST[scene])
    found.kill()
    for thread in threads:
        thread.join()
    return 1


def _strike_reminders(found: Round, random: Random) -> int:
    """One to three blows, each on one scheduler or on two that decide and mail at once."""
    blows = random.randint(1, 3)
    for _ in range(blows):
        for _ in range(random.randint(1, 2)):
            found.start_scheduler()
        time.sleep(random.random() * LONGEST["reminders"])
        found.kill()
    return blows


def _reminded(found: Round) -> list[str]:
    office = found.office()
    wrong = looking.reminders(office, found.folder)
    office.db.dispose()
    return wrong


def _again(found: Round) -> list[str]:
    """Who got no answer tries again, the scheduler finishes; then everything is there once."""
    if found.errands:
        found.start_web()
        for thread in found.send_all():
            thread.join()
        found.kill()
    wrong = [f"trying again did not work: {e.address} {found.last!r}" for e in found.errands
             if e.address not in found.acknowledged]  # fmt: skip
    found.finish()
    office = found.office()
    wrong += looking.faults(office, found.acknowledged)
    accepted = found.post.accepted()
    with begin_read(office, SYSTEM) as work:
        mails = list(work.session.scalars(select(OutboxMail)))
        wrong += [f"mail {mail.id} did not leave" for mail in mails if mail.status is not MailStatus.SENT]
        twice = Counter((mail.recipient, mail.subject, mail.text) for mail in mails)
        wrong += [f"told twice: {key[:2]}" for key, times in twice.items() if times > 1]
        left = [mail for mail in mails if mail.id not in found.sent_before]
        wrong += [f"mail {m.id} is said to have left and did not" for m in left if m.message_id not in accepted]
    office.db.dispose()
    return wrong


def campaign(
    home: Path, rounds: int, seed: int, seconds: float = float("inf"), kinds: Sequence[str] = SCENES
) -> tuple[Counter[str], list[str]]:
    """So many rounds on the scenes in `home`, or as many as fit in the time: how many of each, and what was wrong."""
    app = create_app(settings_in(home / "app"))
    scenes.told(home, lambda _settings: app, {_scene_of(kind) for kind in kinds})
    app.extensions["portal"].office.db.dispose()
    random, wrong, played = Random(seed), list[str](), Counter[str]()
    end = time.monotonic() + seconds
    for number in range(rounds):
        if time.monotonic() > end:
            break
        scene = kinds[number % len(kinds)]
        wrong += play(scene, home, app, random, number)
        played[scene] += 1
    return played, wrong


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after so long")
    parser.add_argument("--home", type=Path, help="keep the scenes here for the next time")
    parser.add_argument("--scenes", nargs="+", choices=LONGEST, default=SCENES, help="only these")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = asked.home or Path(folder)
        home.mkdir(exist_ok=True)
        (home / "app").mkdir(exist_ok=True)
        started = time.monotonic()
        played, wrong = campaign(home, asked.rounds, asked.seed, asked.seconds, asked.scenes)
        print(f"{dict(played)} rounds in {time.monotonic() - started:.0f} s")
        print("\n".join(wrong) or "nothing acknowledged was lost, nothing was half, nothing was told twice")
        raise SystemExit(1 if wrong else 0)


if __name__ == "__main__":
    main()
