"""Who in a meeting is a machine that writes along, as far as a name shows it.

A name proves nothing: whoever records may be called anything, and whoever is called a recorder need not record. So what
is found here may only be told as what somebody's name says. Words are compared as they look (`privacy.text.skeleton`)
and as whole words, so that Rec0rder is found and Abbott is not.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache
from typing import Final

from privacy.text import skeleton


class Machine(StrEnum):
    """What a name says its bearer is; the one that keeps most comes first."""

    RECORDER = "recorder"
    NOTE_TAKER = "note-taker"
    BOT = "bot"


# Single words and phrases, each in the languages in which meetings are commonly held. A `*` at the end stands for any
# rest of the word. Scripts that are written without spaces are looked for inside other words as well.
_WORDS: Final = {
    Machine.RECORDER: """
        recorder, recorders, recording, recordings, call recorder, screen recorder
        aufnahme, aufnahmen, aufnahmegerät, aufzeichnung, aufzeichnungen, mitschnitt, rekorder
        enregistreur, enregistreuse, enregistrement, enregistrements
        grabador, grabadora, grabación, grabaciones, gravador, gravadora, gravação, gravações
        registratore, registrazione, registrazioni, opname, opnames, opnemer
        inspelning, inspelare, optagelse, optager, opptak, opptaker, tallennin, tallennus, nauhoitus
        nagranie, nagrywanie, nagrywarka, nahrávání, nahrávka, nahrávač, záznamník, felvétel, felvevő
        înregistrare, snimanje, snimač, kaydedici, kayıt cihazı, ses kaydı, perekam, rekaman, ghi âm, ghi hình
        запись, записи, диктофон, рекордер, самописец, запис, записувач, запис зустрічі, καταγραφέας, ηχογράφηση
        تسجيل, التسجيل, مسجل, المسجل, הקלטה, מקליט, रिकॉर्डर, रिकॉर्डिंग
        録音, 録画, レコーダー, 录音, 录制, 录像, 錄音, 錄影, 錄製, 녹음, 녹화, 레코더
    """,
    Machine.NOTE_TAKER: """
        notetaker, notetakers, note taker, notes taker, notetaking, note taking, meeting notes, meeting minutes
        minute taker, minutes taker, stenographer
        transcri*, transkri*, trascri*, protokollant, protokollantin, protokollführer, protokollführerin, mitschrift
        preneur de notes, preneuse de notes, prise de notes, compte rendu, tomador de notas, toma de notas
        tomador de apuntes, anotador, verbalizzatore, notulist, notuliste, notulen, sekretarz spotkania
        стенограф*, расшифровк*, конспект, конспекты, протоколист
        議事録, 文字起こし, 書記, 会议纪要, 會議紀要, 会议记录, 會議記錄, 转写, 轉寫, 速记, 速記, 회의록, 속기, 받아쓰기
    """,
    Machine.BOT: """
        bot, bots, chatbot, robot, autobot, meetingbot, assistant, assistants, copilot, ai assistant
        assistent, assistentin, assistente, asistente, asistent, asystent, avustaja, asisten, trợ lý ảo
        бот, робот, ассистент, асистент, βοηθός, ρομπότ, بوت, روبوت, בוט, רובוט, बॉट, रोबोट
        ボット, アシスタント, 机器人, 機器人, 助手, 助理, 봇, 로봇, 어시스턴트
    """,
}

_SHOUTED: Final = {"AI": Machine.BOT, "KI": Machine.BOT, "IA": Machine.BOT, "ИИ": Machine.BOT, "REC": Machine.RECORDER}
"""Only in capitals, beside small letters or alone: Ai, Ki and Ia are people's names."""

_DOTTED: Final = re.compile(r"[^\W_]\.ai\b", re.IGNORECASE)


def machine_of(name: str) -> Machine | None:
    """What a name says its bearer is; None when it says nothing of the kind. Never raises."""
    found = _words(name)
    plain = [word.strip("0123456789") or word for word in found]
    parted = [part for word in plain for part in _parts(word)]
    readings = [found, plain, parted]
    if not name.isascii():  # some capitals look like another letter than their small form does
        readings += [[word.casefold() for word in words] for words in readings]
    texts = {f" {' '.join(map(skeleton, words))} " for words in {*map(tuple, readings)}}
    for machine, pattern in _patterns().items():
        if any(pattern.search(text) for text in texts):
            return machine
    return _shouted(name, [*plain, *parted])


def _shouted(name: str, words: list[str]) -> Machine | None:
    if _DOTTED.search(name):
        return Machine.BOT
    found = {machine for capitals, machine in _SHOUTED.items() if capitals in words}
    alone = len(set(words)) == 1
    return min(found, key=list(Machine).index) if found and (alone or name.upper() != name) else None


def _words(name: str) -> list[str]:
    """Its runs of letters and digits, with the marks on them: vowels are marks in some scripts."""
    return "".join(ch if ch.isalnum() or unicodedata.category(ch)[0] == "M" else " " for ch in name).split()


def _parts(word: str) -> list[str]:
    """A word taken apart where capitals begin a new one: NoteTakerBot, AIBot."""
    parts: list[str] = []
    start = 0
    for at in range(1, len(word)):
        begins = word[at].isupper() and (word[at - 1].islower() or word[at + 1 : at + 2].islower())
        if begins:
            parts.append(word[start:at])
            start = at
    return [*parts, word[start:]]


@lru_cache(maxsize=1)
def _patterns() -> dict[Machine, re.Pattern[str]]:
    """One pattern for each kind, over the skeletons of words with a space before and after each."""
    return {machine: re.compile("|".join(_pattern(word) for word in _listed(machine))) for machine in Machine}


def _listed(machine: Machine) -> list[str]:
    return [word.strip() for line in _WORDS[machine].strip().splitlines() for word in line.split(",")]


def _pattern(word: str) -> str:
    looks = re.escape(skeleton(word.rstrip("*")))
    if any("\u3040" <= ch <= "\u9fff" or "\uac00" <= ch <= "\ud7af" for ch in word):
        return looks
    return f" {looks}" if word.endswith("*") else f" {looks} "
