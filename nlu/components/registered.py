"""Tells Rasa's recipe about our components; `config.yml` names them here.

Apart from the components themselves, because Rasa's recipe imports TensorFlow: training bears that, the parse
server must not.
"""

from rasa.engine.recipes.default_recipe import DefaultV1Recipe

from nlu.components.classifier import IntentTopicClassifier
from nlu.components.entities import EntityExtractor
from nlu.components.language import LanguageClassifier
from nlu.components.ngrams import NgramFeaturizer
from nlu.components.normalizer import SmsNormalizer
from nlu.components.tuned import FineTunedEncoder
from nlu.components.vectors import SentenceVectors

_Type = DefaultV1Recipe.ComponentType

for component, component_type, is_trainable in (
    (SmsNormalizer, _Type.MESSAGE_TOKENIZER, False),
    (NgramFeaturizer, _Type.MESSAGE_FEATURIZER, True),
    (SentenceVectors, _Type.MESSAGE_FEATURIZER, True),
    (FineTunedEncoder, _Type.INTENT_CLASSIFIER, True),
    (LanguageClassifier, _Type.INTENT_CLASSIFIER, True),
    (IntentTopicClassifier, _Type.INTENT_CLASSIFIER, True),
    (EntityExtractor, _Type.ENTITY_EXTRACTOR, True),
):
    DefaultV1Recipe.register(component_type, is_trainable)(component)
