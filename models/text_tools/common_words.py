"""English words that hold sentences together and say little by themselves."""

WORDS = """
a an the this that these those such same other another each every either neither both all any
some no none one two first
i me my mine myself you your yours yourself yourselves he him his himself she her hers herself
it its itself we us our ours ourselves they them their theirs themselves who whom whose which
what someone anyone everyone something anything everything nothing
am is are was were be been being have has had having do does did doing done will would shall
should can could may might must ought
isn't aren't wasn't weren't haven't hasn't hadn't don't doesn't didn't won't wouldn't shan't
shouldn't can't cannot couldn't mayn't mightn't mustn't ain't let's
and or but nor so yet if then else than as because since although though while whereas unless
until when where why how whether
about above across after against along among around at before behind below beneath beside
between beyond by despite down during except for from in inside into like near of off on onto
out over past per through throughout to toward towards under up upon with within without
again also always even ever here there just more most much many few less least never not now
often only own quite rather still too very well
"""
COMMON = frozenset(WORDS.split())
