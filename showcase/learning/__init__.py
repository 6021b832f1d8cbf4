"""From verdicts to a better model: what is learnt, whether it is better, and a way back.

No Streamlit, and no particular model: what a model package offers is in `learner`.
"""
