"""Is a text English enough to be judged? By the words that most sentences of a language hold."""

import re
from collections.abc import Container, Iterable

from models.sentiment.cleaning import Piece

WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
LEAST_KNOWN = 0.1  # share of the words below which a text is not read

ENGLISH_WORDS = """
a about after again all also always am an and any are aren't as at back be because been before
being between book books both bought boy but buy by call called can can't car check city come
could couldn't country day did didn't do does doesn't doing don't down each eight even evening
ever every everyone everything family feel feels felt few first five food for four friend friends
from game games get gets getting girl go goes going gone got had has have haven't having he he's
her here hey him his home hour hours house how i i'd i'll i'm i've if in into is isn't it it's its
join just know last let let's life like listen little look made make makes many maybe me minute
minutes money month months more morning most movie much music must my need never new news next
night nine no not nothing now of off oh on one only or other our out over own people phone photo
place please read really right room said same say says school see service seven she she's should
show six so some someone something start started still stop such take team tell ten than thanks
that that's the their them then there there's these they they're thing things think this those
three through time to today today's told tomorrow too two under until up us very video want was
wasn't watch way we we're we've week weeks well went were what what's when where which while who
whole why will with without woman women won't work world would wouldn't year years yes yesterday
yet you you're you've your
"""
# German, French, Spanish, Italian, Portuguese, Dutch, Swedish, Danish, Polish and Turkish, without
# what is an English word or part of many names
OTHER_WORDS = """
aber af alles ama ao att au auch auf aux av avec bardzo bir bu było c'est ce cette che ci como
cuando czy da daha danke dans das dass del della dem den der des det deze değil diese dieser
dla donde du een ein eine einen einer el ele ella elle ellos era es est esta este esto está et ett
eu foi från fue för für geen gibi gli gut habe har hat hay het hij ho ich ihr ik ikke il ile ils
immer inte isso ist isto için jag jak je jeg jest já kan kein keine las leider les leur los maar
mais med meget mein met mig mir mit mnie moi molto mon muito muy mycket más na naar nach nada
nella nett nicht nie niet noch nog non nos nous nur não och og ook os ou où para pas pelo pero più
por porque på qu'il que questa questo qui schlecht schlimm schon schön se sehr seu sich sie sind
się som sono sont su sur tak también tego til todo tout très tutto uma una und une uns van ve vi
você vom von voor vous waren wat wenn wie wieder wij wir wird yo zijn zu zum zur är çok était że
"""
# Words of English, common or rated, that are such words of another language, too
SHARED_WORDS = """
a all an arm as at bad brand bravo care die dire do fatal fest for fun gift grave has he hell in is
kind list man me mist mort no of on over pain sad sin so super tort war was we
"""
ENGLISH, OTHERS, SHARED = (
    frozenset(words.split()) for words in (ENGLISH_WORDS, OTHER_WORDS, SHARED_WORDS)
)


def is_read(pieces: Iterable[Piece], lexicon: Container[str]) -> bool:
    """Return whether enough of the words are known, and look English, to judge the mood."""
    words = [piece.text.lower() for piece in pieces if len(piece.text) > 1]
    spoken = [word for word in words if word in lexicon or WORD.fullmatch(word)]
    known = [word for word in spoken if word in ENGLISH or word in lexicon]
    own = [word for word in known if word not in SHARED]
    counted = known if own else [word for word in known if word in lexicon]
    if len(counted) <= LEAST_KNOWN * len(spoken):
        return False
    return sum(word in OTHERS for word in words) <= len(own)
