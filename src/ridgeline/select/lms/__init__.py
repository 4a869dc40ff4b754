"""Learned Model Selection: learn from tasks with labels which model goes with a task that has none.

from ridgeline.select.lms import learn_to_select
judgement = learn_to_select(dev, "sv", representations, source="en")
judgement.scores, judgement.abstains
"""

from ridgeline.select.lms.languages import LanguageVectors as LanguageVectors
from ridgeline.select.lms.languages import learn_language_vectors as learn_language_vectors
from ridgeline.select.lms.languages import shipped_vectors as shipped_vectors
from ridgeline.select.lms.learn import Judgement as Judgement
from ridgeline.select.lms.learn import learn_to_select as learn_to_select
from ridgeline.select.lms.plan import Plan as Plan
