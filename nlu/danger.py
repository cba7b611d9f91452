"""Danger to life now, by words alone: a text too many shows a safety message, a text too few may cost a life.

Quiet sentences count ("esta afuera con un cuchillo"). What is over, is news, or is asked in general does not:
such texts keep their own way (an incident, a right, a service).
"""

import re

from nlu.writing import normalize

# Danger whatever else the text says, except that it speaks of news or asks in general.
_ALWAYS = (
    # somebody about to take their life
    r"(?:me (?:quiero|voy a|quisiera)|quiero|voy a|pienso|pienso en|ganas de) (?:matar(?:me)?|suicidar(?:me)?|morir(?:me)?)\b(?! de (?:risa|ganas|hambre de))",
    r"(?:ya )?no (?:quiero|kiero|deseo|tengo ganas de) (?:seguir (?:viviendo|viva|vivo|en este mundo)|vivir(?: mas)?$|vivir mas|vivir asi|seguir$|seguir asi|seguir aqui en este mundo|despertar)",
    r"ya no quiero (?:seguir|vivir)(?! (?:en|con|aqui|esperando|pagando|recibiendo|trabajando|estudiando)\b)",
    r"(?:acabar|terminar) con (?:mi vida|todo esto ya)|quitar(?:me)? la vida|hacerme dano|me corte las venas|tome (?:muchas )?pastillas|me tome (?:todas|un monton)",
    r"kill myself|killing myself|end my life|ending my life|take my (?:own )?life|want to die|wanna die|suicid(?:e|al)\b.* (?:me|i)\b|i am suicidal|hurt myself|harm myself",
    r"(?:dont|do not|no longer) want to (?:live|be alive|wake up|be here anymore|go on)(?! in\b)|better off dead|i took (?:all the|too many|a lot of) pills",
    # an attacker, a weapon, a chase
    r"(?:esta|estan|andan?|anda) (?:\w+ ){0,4}(?:afuera|aqui|en la puerta|en mi puerta|adentro|cerca)(?: \w+){0,6} (?:cuchillo|machete|pistola|arma|armas|armados?|navaja|fusil|bate)",
    r"(?:cuchillo|machete|pistola|navaja|arma) (?:en la mano|apuntando)|me (?:esta )?apunta(?:n|ndo)?\b|nos (?:estan )?apunta(?:n|ndo)\b",
    r"(?:he|she|they|someone|somebody|man|men|husband|boyfriend|ex)(?: is| are| have| has| got)? (?:\w+ ){0,4}(?:outside|inside|at the door|at my door|here)(?: \w+){0,5} (?:knife|machete|gun|guns|weapon|weapons|armed)",
    r"(?:has|have|got|with|holding) (?:a|the|his|their) (?:knife|gun|machete|weapon)s? (?:\w+ ){0,4}(?:outside|at (?:the|my) door|in (?:the|my) (?:house|room)|right now|to me|on me|at me|at us)",
    r"(?:me|nos|lo|la|le|los) (?:esta|estan|viene|vienen|anda|andan) (?:\w+ )?(?:siguiendo|persiguiendo|golpeando|pegando|atacando|ahorcando|matando|violando|disparando|buscando para matar|amenazando con|quemando)",
    r"(?:esta|estan) (?:siguiendome|persiguiendome|golpeandome|pegandome|atacandome|golpeando|pegando|disparando|tirando balazos|tirando bala|matando|violando|ahorcando|quemando la|tumbando la puerta|rompiendo la puerta|forzando la puerta|pateando la puerta|intentando entrar|tratando de entrar|queriendo entrar)",
    r"(?:me|nos|lo|la|le) (?:va|van|viene|vienen|quiere|quieren) (?:a )?(?:matar|violar|quemar viv|secuestrar|levantar|disparar)|(?:va|van|viene|vienen|quiere|quieren) (?:a )?(?:matarme|matarnos|matarlo|matarla|violarme|llevarme|llevarse a mi)",
    r"(?:is|are|am|keeps|keep|been) (?:\w+ )?(?:following|chasing|beating|attacking|choking|strangling|hitting|stabbing|raping|shooting at|shooting|hunting) (?:me|us|him|her|my|outside|people|now|right)",
    r"(?:i am|we are|being) (?:being )?(?:followed|chased|attacked|beaten|stabbed|shot at|held hostage|kidnapped)\b",
    r"(?:going to|gonna|will|want to|wants to|trying to|try to|come to|coming to|about to) (?:kill|shoot|stab|murder|rape) (?:me|us|him|her|my|them)",
    r"(?:trying to|about to) (?:break in|get in|break (?:down )?the door|come in)|breaking (?:in|down the door)|kicking (?:in )?(?:the|my) door|banging on (?:the|my) door",
    r"(?:tiros|disparos|balazos|balacera|plomazos|bala) (?:\w+ )?(?:afuera|cerca|aqui|ahora|ahorita|en este momento|en mi|en la colonia|en el barrio)|hay (?:una )?(?:balacera|tiros|disparos|balazos)|se oyen (?:tiros|disparos|balazos)",
    r"(?:shots|shooting|gunshots|gunfire) (?:\w+ )?(?:outside|nearby|here|now|right now|next door|in my|in the street|on my)|(?:hear|there are|there is) (?:\w+ )?(?:gunshots|shots|shooting|gunfire)|shooting at",
    r"me (?:va a )?(?:encuentra|encuentran) y me mata|si (?:me|nos) (?:ve|ven|encuentra|encuentran|halla|hallan|oye|oyen) (?:me|nos) mata|(?:finds?|sees|hears|catch(?:es)?) (?:me|us) (?:he|they|she)(?: will| gonna| going to)? kill",
    # locked in, held
    r"(?:me|nos) (?:tiene|tienen|dejo|dejaron|encerro|encerraron) (?:\w+ )?(?:encerrad|secuestrad|amarrad|atrapad|bajo llave|con llave|sin poder salir)|(?:me|nos) encerr(?:o|aron) (?:en|con|y no)|estoy (?:encerrad|secuestrad|amarrad|atrapad|escondid)|estamos (?:encerrad|secuestrad|amarrad|atrapad|escondid)|no (?:me|nos) deja(?:n)? salir(?: de (?:la|mi) casa| del cuarto|$)",
    r"(?:he|she|they|husband|boyfriend|someone|boss) (?:has |have |had |is |just )?(?:locked|lock|locking|tied|trapped|kidnapped) (?:me|us|her|him) (?:up|in|inside|here|down)|(?:has|have) (?:locked|tied|trapped|kidnapped) (?:me|us)|(?:i am|we are) (?:locked in|locked up|trapped|tied|hiding|held hostage|kidnapped|stuck inside)|wont let (?:me|us) (?:out|leave|go)|cant get out|held (?:me|us) captive",
    # bodies
    r"(?:esta|estoy|estan|sigue|anda|viene) (?:\w+ ){0,2}(?:sangrando|desangrando|desangrandose|inconsciente|desmayad|convulsionando|ahogando|ahogandose|sin respirar|muriendo|muriendose|agonizando|baleado|apunalad|herido de bala|envenenad)",
    r"no (?:puede |puedo |esta )?(?:respira(?:r|ndo)?|reacciona|responde ni|despierta)\b|no (?:para|deja) de sangrar|mucha sangre|perdiendo (?:mucha )?sangre|me muero$|se (?:me |nos )?(?:esta muriendo|muere|ahoga|desangra|desmayo)|(?:me|se) estoy (?:muriendo|desangrando|ahogando)|convulsiona|ataque al corazon|derrame|infarto|mordio una (?:culebra|serpiente|vibora)",
    r"(?:is|am|are|keeps|still|been) (?:\w+ ){0,2}(?:bleeding|unconscious|not breathing|choking|dying|drowning|convulsing|having a (?:seizure|heart attack|stroke)|passed out)|(?:cant|cannot|not|isnt|stopped|barely|trouble) breath(?:e|ing)?|(?:wont|doesnt|cant|not) (?:wake up|waking up|stop bleeding)|bleeding (?:a lot|bad|badly|heavily|to death|out)|losing (?:a lot of )?blood|lots? of blood|heart attack|has been shot|got shot|been stabbed|snake bit",
    # labor
    r"(?:ya )?(?:va|voy) a (?:dar a luz|parir|nacer|tener (?:el|al|mi) bebe (?:ya|ahora|aqui))|(?:esta|estoy|entre|entro) (?:en|en trabajo de) (?:labor|parto)|dando a luz|rompi(?:o)? (?:la )?fuente|se (?:me|le) rompio (?:la )?(?:fuente|bolsa)|contracciones|(?:ya )?viene el bebe|(?:ya )?se (?:me )?viene el bebe",
    r"in labou?r\b|water (?:just )?broke|(?:baby|bebe) is coming|having (?:the|her|my) baby (?:now|right now)|giving birth (?:now|right|here)|contractions",
    # fire and flood
    r"(?:se (?:esta )?(?:quemando|incendiando)|se quema|prendieron fuego|hay (?:un )?(?:fuego|incendio)|incendio en|fuego en (?:el|la|mi)|esta ardiendo|en llamas)|(?:nos|se) (?:estamos|esta) (?:inundando|ahogando)|el rio (?:nos )?(?:se )?(?:esta )?(?:llevando|metiendo)",
    r"(?:is|on|caught|set) (?:on )?fire\b(?! (?:department|station))|burning down|house (?:is )?burning|(?:trapped|stuck) (?:in|by) (?:the )?(?:fire|flood|water)|under the rubble|bajo los escombros",
    # a child gone right now
    r"(?:hij[oa]|nin[oa]|bebe|nene|nena|chiquit[oa]|hermanit[oa]|sobrin[oa]|niet[oa]) (?:\w+ ){0,4}(?:se (?:me )?(?:acaba de perder|perdio (?:ahorita|ahora|hace un rato|recien|en el|en la|aqui))|no aparece (?:desde (?:hace|esta)|ahorita|por ningun))|(?:se (?:llevaron|robaron)|se acaban de llevar|se estan llevando|me quitaron) a (?:mi|la|el) (?:hij|nin|bebe|nen|sobrin|niet|herman)",
    r"(?:took|taking|grabbed|snatched|taken) (?:my|the|our|her) (?:son|daughter|child|baby|kid|kids|little)|(?:cant|cannot) find my (?:son|daughter|child|baby|kid|little)|(?:son|daughter|child|baby|kid|boy|girl) (?:\w+ ){0,3}(?:just (?:disappeared|vanished|went missing)|is missing (?:right )?now|missing since this)",
    # the cry itself
    r"^(?:auxilio|socorro|sos|s o s|911|emergencia|emergency|help help|ayuda ayuda|auxilio por favor|es una emergencia|its an emergency|this is an emergency|mayday)\b|(?:auxilio|socorro) |llam(?:en|e|a) (?:a la |al )?(?:policia|ambulancia|911|bomberos)|manden (?:una )?(?:ambulancia|patrulla|policia)|(?:call|send) (?:\w+ )?(?:police|ambulance|911|cops)|necesito (?:una )?ambulancia|need (?:an )?ambulance|(?:save|rescue) (?:me|us)\b|salvenme|rescatenme|me (?:voy a morir|van a matar)|in danger (?:right )?now|peligro (?:ahora|ahorita|de muerte|en este momento)|(?:estoy|estamos) en peligro|(?:i am|we are|my life is|my life) in danger",
)

_OVER = (
    r"\b(?:ayer|anoche|antier|anteayer|antenoche|la semana pasada|el (?:mes|ano|lunes|martes|miercoles|jueves|viernes|sabado|domingo) pasado|el otro dia|hace (?:\w+ ){1,2}(?:dias?|semanas?|mes|meses|anos?)|"
    r"en (?:19|20)\d\d|cuando (?:era|estaba|vivia)|una vez|antes me|yesterday|last (?:night|week|month|year|monday|tuesday|wednesday|thursday|friday|saturday|sunday)|"
    r"(?:days?|weeks?|months?|years?) ago|used to|the other day|back then|when i (?:was|lived)|once (?:he|they))\b"
)
_GENERAL = (
    r"\b(?:noticias?|noticiero|periodico|pelicula|novela|cancion|serie|videojuego|juego|tarea|news|newspaper|movie|film|song|homework|video game|tv show|documentary|documental|"
    r"derecho a|derechos|ley|leyes|que (?:hago|debo hacer|puedo hacer|pasa) si|que hacer (?:si|cuando|en caso)|en caso de|si alguien|si una persona|como (?:prevenir|se previene)|curso|taller|capacitacion|"
    r"what (?:do|should|can|to do) (?:i |we |one )?(?:do )?(?:if|when|in case)|what if|in case of|if someone|if somebody|how to (?:prevent|report)|prevention|training|course|right to|law|hypothetical)\b"
)
_NOW = (
    r"\b(?:ahora|ahorita|ahora mismo|en este momento|ya mismo|todavia|sigue|siguen|otra vez|de nuevo|otra ves|esta (?:aqui|afuera|en la puerta)|rapido|urgente|now|right now|still|"
    r"again|at this moment|outside|hurry|urgent|as we speak)\b"
)

_DANGER_RE = re.compile("|".join(rf"\b(?:{phrase})" if not phrase.startswith("^") else f"(?:{phrase})" for phrase in _ALWAYS))
_OVER_RE = re.compile(_OVER)
_GENERAL_RE = re.compile(_GENERAL)
_NOW_RE = re.compile(_NOW)


def is_danger(text: str) -> bool:
    """High recall first: a mark of the past or of a general question only counts when nothing says "now"."""
    words = normalize(text)
    if not _DANGER_RE.search(words):
        return False
    if _NOW_RE.search(words):
        return True
    return not (_OVER_RE.search(words) or _GENERAL_RE.search(words))
