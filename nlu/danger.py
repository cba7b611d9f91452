"""Danger to life now, by words alone: a safety message too many costs little, one too few may cost a life.

Quiet sentences count ("esta afuera con un cuchillo"). What is over, is news or is asked in general does not:
such texts keep their own way (an incident, a right, a service).

In the tables each row is a pattern on the normalized text: lower case, no accents, no punctuation, shortenings
written out. It begins at the start of a word; `WORD` stands for up to five words in between; an indented line
goes on with the row above.
"""

import re

from nlu.writing import normalize

_SUICIDE = r"""
me (quiero|voy a|quisiera|pienso|queria) (matar|suicidar|morir|ahorcar|colgar|envenenar|tirar)
(quiero|voy a|quisiera|pienso|pensando en|ganas de|ganas d|mejor) (matarme|suicidarme|ahorcarme|
    quitarme la vida|cortarme|hacerme dano|tirarme|envenenarme)
(quiero|quisiera|prefiero|deseo|mejor|ganas de) (estar muert[oa]|morir(me)?|no despertar)\b(?! de (risa|
    ganas))
(ya )?no (quiero|deseo|puedo|tengo ganas de|tengo fuerzas para) (seguir )?(vivir|viviendo|viva|vivo)(?! (en|
    con|aqui|alla|cerca|de|del|bajo|entre|donde)\b)
ya no (quiero|aguanto|puedo) (seguir|existir|mas con (esta|mi) vida|vivir)(?! (en|con|aqui|alla|esperando|
    pagando|recibiendo|trabajando|estudiando|llamando|viviendo|adelante|de|el|la)\b)
(acabar|terminar) con (mi vida|todo esto de una vez)|quitar(me|se)? la vida|me cort[eo] las venas
(me )?tome (muchas|un monton de|todas las|demasiadas) (pastillas|pastas)|sin mi estarian mejor
(no (tiene|hay|le veo) (sentido|razon)|para que) (seguir viviendo|vivir|la vida)
quiero desaparecer para siempre
se (quiere|va a|intento|quiso) (matar|suicidar|quitar la vida|tirar d)
(kill|killing|hang|hanging|cut|cutting|hurt|hurting|harm|harming) (myself|herself|himself)
(end|ending|take|taking) (it all|my (own )?life|her life|his life)|suicid(e|al)\b
(want|wants|going|ready|rather|wish) (to |i was |i were |to be |be )*(die|dead)\b|better off dead
(dont|do not|no longer|cant) (want to |wanna )?(live|be alive|wake up|go on living|keep living)( anymore|
     any more)?(?! (in|here|with|there|at|on|like|near|alone|without)\b)
(dont|do not|no longer) (want to|wanna) (be here|go on|exist|continue)( any ?more)?$|no reason to live
(took|swallowed|drank) (all (the|my|her)|too many|a lot of|a bunch of) (pills|tablets)|drank poison
tome veneno
"""

_ATTACK = r"""
(esta|estan|anda|andan|hay|viene|vienen|volvio|llego|llegaron|entro|entraron) WORD(afuera|aqui|la puerta|
    adentro|cerca|encima|buscandome|buscandonos|la casa|mi casa|la calle) WORD(cuchillo|machete|pistola|arma|
    armas|armad[oa]s?|navaja|fusil|bate)
(con|tiene|tienen|trae|traen|saco|agarro) (un |una |el |la |su )?(cuchillo|machete|pistola|arma|armas|
    navaja|fusil)s? WORD(afuera|aqui|en la puerta|mi puerta|adentro|me dice|me amenaza|ahora|ahorita|y no|
    y viene|y esta|en la mano|encima)
(cuchillo|machete|pistola|navaja|arma) (en la mano|apuntando|en el cuello|en la cabeza)
(me|nos) (esta |estan |sigue |siguen )?apunta(n|ndo)?\b
(he|she|they|someone|somebody|man|men|guy|guys|husband|boyfriend|ex|people) WORD(outside|inside|at the door|
    at my door|at the window|in the house|in my house|in the yard|here) WORD(knife|knives|machete|gun|guns|
    weapon|weapons|armed|bat)\b
(has|have|got|with|holding|carrying) (a |the |his |their )?(knife|gun|machete|weapon)s? WORD(outside|door|
    house|room|right now|to my|at me|at us|on me|on us|and (he|she|they) (wont|is|are|says|wants))
(knife|gun|machete) (to|at|on) (my|her|his|our) (neck|throat|head|face|back)|pointing (a|the) gun
armed men WORD(outside|here|at the|in (my|the|our) (house|yard|street|camp|shelter)|knocking|right now)
hombres armados WORD(afuera|aqui|en la puerta|tocando|rodea|buscando|en (mi|la) (casa|calle|colonia|aldea))
(me|nos|lo|la|le|los|las) (esta|estan|viene|vienen|anda|andan|va|van|sigue|siguen) WORD(siguiendo|
    persiguiendo|golpeando|pegando|atacando|ahorcando|matando|violando|disparando|tirando|apunalando|
    macheteando|quemando|rodeando|arrastrando|correteando|secuestrando|estrangulando|asfixiando)
(esta|estan|sigue|siguen|anda|andan) WORD(siguiendo|persiguiendo|golpeando|pegando|atacando|ahorcando|
    matando|violando|disparando|tirando|apunalando|acechando|estrangulando)(me|nos|lo|la|le|se)\b
(esta|estan) WORD(golpeando|pegando|disparando|matando|violando|tirando (bala|balazos|tiros|piedras)|
    tumbando|rompiendo|pateando|forzando|quebrando|intentando entrar|tratando de entrar|queriendo entrar|
    quemando) (a mi|a un|a una|al|la|las|el|los|mi|en|bala|balazos|contra)
(estan|andan|siguen) (disparando|balaceando|tirando (bala|tiros|balazos|piedras))
(estan|esta) (tumbando|rompiendo|pateando|forzando|golpeando|quebrando) (la|mi|las|nuestra) (puerta|ventana|
    casa)
(quieren|quiere|intentan|intenta|tratan de|trata de) (entrar|meterse|tumbar la puerta)(?! (a|al|en) (la|el|
    un) (escuela|programa|albergue|trabajo|universidad|colegio))
(me|nos|lo|la|le|los) (va|van|viene|vienen|quiere|quieren) (a )?(matar|violar|quemar|secuestrar|levantar|
    disparar|machetear|apunalar|linchar|degollar)\b
(va|van|viene|vienen|quiere|quieren) (a )?(matar|violar|secuestrar|llevar|levantar|quemar)(me|nos)\b
(va|van|viene|vienen|quiere|quieren) (a )?matar(lo|la|los|las| a )
(ya )?(vienen|viene) por (mi|nosotr[oa]s|nosotr)\b|me (encuentra|encuentran|ve|oye|oyen) y me mata
si (me|nos) (ve|ven|encuentra|encuentran|halla|hallan|oye|oyen|agarra|agarran|escucha) (me|nos) (va a |
    van a )?mata
(is|are|am|hes|shes|theyre|keeps|keep|been|someone|somebody|man|men|guy|guys) WORD(following|chasing|
    beating|attacking|choking|strangling|hitting|stabbing|raping|shooting at|hunting|surrounding) (me|us|him|
    her|my|our|them|people|mom|the baby)
(i am|we are|im|is|are) (being |getting )?(followed|chased|attacked|beaten|stabbed|strangled|kidnapped|
    shot at|held hostage|hunted)\b(?! (up )?(by police )?(last|yesterday))
(going to|gonna|will|want to|wants to|trying to|try to|come to|coming to|about to|says he|say they) (will |
    going )?(kill|shoot|stab|murder|rape|burn|chop) (me|us|him|her|my|them|everybody|everyone)
(trying to|about to|want to|wants to) (break in|get in(?! (the|a) (program|school|shelter|university))|
    break (down )?(the|my|our) door|climb in)
breaking (in$|in now|into my|down (the|my) door|the door|my door)|kicking (in )?(the|my|down) door
(banging|pounding|beating) (on|down|at) (the|my|our) (door|gate)
(they are|theyre|he is|hes|is|are) coming (for|after) (me|us)
(finds?|sees|hears|catch(es)?) (me|us) (he|they|she) (will |gonna |going to )?kill
(tiros|disparos|balazos|balacera|plomazos|balas|tiroteo) WORD(afuera|cerca|aqui|ahora|ahorita|
    en este momento|en mi|en la (colonia|calle|cuadra|aldea)|en el (barrio|albergue)|no para|no paran)
(hay|se oyen|se escuchan|escucho|oigo|estoy oyendo|suenan|tirando|en medio de) (un |una |unos |la |
    muchos )?(balacera|tiros|disparos|balazos|bala|tiroteo|plomazos)
(shots|shooting|gunshots|gunfire|bullets) WORD(outside|nearby|near (me|us|here)|here|now|next door|in my|
    in the street|on my|in our|flying|everywhere)
(hear|hearing|there are|there is|is|theres) WORD(gunshots|gun shots|gunfire|shots|shooting)\b(?! (star|film|
    movie|a film))
(shooting|firing|shoot) (at|up) (us|people|me|the|our)
"""

_HELD = r"""
(me|nos|la|lo) (tiene|tienen|dejo|dejaron|encerro|encerraron|mantiene|mantienen) WORD(encerrad|secuestrad|
    amarrad|atrapad|bajo llave|con llave|con candado|sin poder salir|sin dejarme salir|a la fuerza|retenid|
    vigilad|como esclav|contra (mi|nuestra|su) voluntad)
(me|nos) encerr(o|aron)\b
(estoy|estamos|sigo|seguimos) WORD(encerrad[oa]s?|secuestrad|amarrad|atrapad|escondid|escondiendome|
    escondiendonos)
no (me|nos) dejan? salir( ni\b| y\b|$| de (la |mi |este |el |su )?(casa|cuarto|habitacion|aqui|finca|bar|
    bodega|lugar))
(he|she|they|husband|boyfriend|someone|boss|man|men|coyote|coyotes|smugglers?) WORD(locked|lock|locking|
    tied|trapped|kidnapped|chained) (me|us|her|him|up|the door)
(i am|we are|im|am|are|is) WORD(locked (in|up|inside)|trapped|tied up|hiding|held hostage|kidnapped|
    stuck inside)(?! (my number|my data|the information))
wont let (me|us|her) (out|leave|go( out)?)\b|cant get out\b(?! of (bed|the contract|debt))
held (me|us) captive
(me|nos|lo|la) (acaban de|estan) (secuestra|llevar|levanta)
"""

_BODY = r"""
(esta|estoy|estan|sigue|anda|viene|quedo) WORD(sangrando|desangrando|inconsciente|desmayad|convulsion|
    ahogando|asfixiando|sin respirar|muriendo|agonizando|balead|apunalad|envenenad|herid[oa] (de|grave|por)|
    sin conocimiento|mal herid|malherid)
(muriendo|desangrando|ahogando|asfixiando)se\b
(me|se) (nos )?(me )?(esta |estoy )(muriendo|ahogando|asfixiando)
no (puede|puedo|esta pudiendo|logra) (respirar|despertar|moverse|hablar ni)
no (respira|reacciona|despierta)\b
no (para|deja|paro) de sangrar|mucha sangre|perdiendo (mucha )?sangre|le sale sangre|me sale sangre
sangra mucho
se (me |nos )?(muere|ahoga|desangra|desmayo|desmaya|envenen|intoxico)\b(?! de (risa|hambre de))
(le |me )?(esta |estan )?(dando|dio|da) (un )?(ataque|infarto|derrame|convulsion|paro)|convulsiona
ataque al corazon
(mordio|pico) (una |un )?(culebra|serpiente|vibora|barba amarilla|alacran)
me (dispar|balear|apunal|machete)(o|aron) (y|estoy)
(is|am|are|im|keeps|still|been|shes|hes) WORD(bleeding|unconscious|not breathing|choking|drowning|
    convulsing|having (a |an )?(seizure|heart attack|stroke|fits)|passed out|not responding|unresponsive|
    turning blue)
(?<!phone )(?<!battery )(?<!case )(is|are|am|im|shes|hes|theyre) dying\b(?! (to|of (laughter|laughing|
    boredom)|in the))
(cant|cannot|not|isnt|aint|stopped|barely|trouble|struggling to) (breath|breathe|breathing)\b
(wont|doesnt|cant|not|isnt) (wake|wakes|waking) up|(wont|doesnt|not) stop bleeding
bleeding WORD(a lot|bad|badly|heavily|to death|out|bad bad|from)|losing (a lot of |too much )?blood
(lot|lots|so much|too much|plenty) (of )?blood
heart attack|(just |been |got |has been |was just )(shot|stabbed|chopped)\b(?! (last|yesterday))
snake (just )?bit|bitten by a snake
(va|voy|esta|estoy|ya) (a |para |por )(dar a luz|parir|nacer)
(va|voy) a tener (el|al|mi|su) bebe (ya|ahora|aqui|en)
(en |entro en |entre en )(labor|trabajo) de parto|(esta|estoy) (pariendo|dando a luz)
(rompi|rompio|revento|reventaron) (la |mi )?(fuente|bolsa)|contracciones
(ya )?(viene|nace|sale) (el|mi|la) bebe|viene naciendo
(in|into|started|having) (labou?r\b(?! (law|rights|market|department|office|union|rules))|contractions)
water(s)? (just )?broke|(baby|bebe) (is |is already )?coming|giving birth|contractions (every|are|start)
"""

_FIRE_AND_CHILD = r"""
se (nos |me |le |esta |nos esta )*(quema|quemando|incendia|incendiando|inundando|derrumbando|
    cayendo encima)\b
prendieron fuego|le(s)? (estan )?(prendiendo|dando|metieron|prendio) fuego|hay (un )?(fuego|incendio)
(fuego|incendio) en (el|la|mi|nuestr)|en llamas|estan quemando|gasolina y (un )?(fosforo|encendedor)
atrapad[oa]s? (en|por)
(nos estamos|estamos|se esta) (inundando|ahogando|quemando)
el rio (nos |se )(esta )?(lleva|llevando|metiendo|metio)
el agua (nos )?(llega|esta llegando|subio|sube) (al|a la|hasta|a los)
(is |are |its |caught |set |on |set us on |in )WORD(on )?fire\b(?! (department|station|drill|sale|truck))
burning (down|up|alive|right)|(house|shelter|tent|building|camp) (is )?burning|fire in (the|my|our)
(trapped|stuck|caught) (in|by|under) WORD(fire|flood|water|rubble|mud|river|house|building)
bajo los escombros
(water|river) (is )?(rising|coming in|up to)|drowning
(hij|nin|bebe|nen|chiquit|hermanit|sobrin|niet|cipot|guirr|chamac|morr)\w* WORD(se (me )?(acaba de perder|
    perdio (ahorita|ahora|hace (un rato|una hora|poco|unos minutos)|recien|en (el|la)|aqui))|no (aparece|
    lo encuentro|la encuentro|esta por ningun|regreso de la escuela))
(no encuentro|perdi|se me perdio|acabo de perder|no aparece) (a )?(mi|la|el|mis) (hij|nin|bebe|nen|chiquit|
    cipot|guirr|sobrin|niet|hermanit)
(se (llevaron|robaron|estan llevando|llevo)|se acaban de llevar|me (quitaron|robaron|arrebataron)|
    agarraron) (a )?(mi|la|el|mis|al|los|las) (hij|nin|bebe|nen|sobrin|niet|herman|cipot)
(took|taking|grabbed|snatched|taken|stole) (my|the|our|her) WORD(son|daughter|child|children|baby|kid|kids|
    girl|boy)\b
(cant|cannot|cant even) find (my|the|our) WORD(son|daughter|child|baby|kid|girl|boy|little)
(son|daughter|child|baby|kid|boy|girl|sister|brother) WORD(just (disappeared|vanished|went missing)|
    is missing|gone missing|missing (since this|right now|now|from)|is lost|got lost|didnt come (home|back))
"""

_CRY = r"""
^(auxilio|socorro|sos|s o s|911|mayday|emergencia|emergency|es una emergencia|its an emergency|
    this is an emergency)\b
^(help help|ayuda ayuda|ayudenme ayudenme|help me help me)|auxilio|socorro|urgente.* (me|nos) (va|van) a
(llam(e|en|a)|llamar|marquen|marque) WORD(policia|ambulancia|911|bomberos|patrulla|cruz roja) WORD(ya|
    por favor|rapido|urgente|ahora|me|nos|esta|a mi)
^llam(e|en|a) (a )?(la |al |una )?(policia|ambulancia|911|bomberos|patrulla)
(manden|envien|mande|necesito|necesitamos|urge|ocupo|ocupamos) WORD(ambulancia|patrulla|la policia|bomberos|
    rescate)
(call|send|need|get) WORD(police|ambulance|911|cops|paramedic)s? WORD(now|please|quick|fast|here|right|to|
    asap)
^(call|send) (the |an |a )?(police|ambulance|911|cops)|need (an )?ambulance
(save|rescue) (me|us)\b|(salven|rescaten|auxilien|saquen)(me|nos)\b
me voy a morir(?! de (risa|hambre|calor|frio))
(estoy|estamos|esta|corro|corremos|corre) WORD(en )?(mucho |grave )?peligro|peligra mi vida
mi vida (esta en|corre) peligro
(i am|we are|im|my life is|my kids are|life) WORDin WORDdanger
"""

_OVER = r"""
ayer|anoche|antier|anteayer|antenoche|la semana pasada
(el|la) (mes|ano|lunes|martes|miercoles|jueves|viernes|sabado|domingo|semana|noche) pasad[oa]|el otro dia
hace WORD(dias?|semanas?|mes|meses|anos?|tiempo)|en (19|20)\d\d|cuando (era|estaba|vivia|trabajaba)|antes
la vez pasada
yesterday
last (night|week|month|year|monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march|
    april|may|june|july|august|september|october|november|december|time)
(day|week|month|year)s? ago|used to|the other day|back then|when i (was|lived)|back in|in (19|20)\d\d
"""
_GENERAL = r"""
noticias?|noticiero|periodico|pelicula|novela|cancion|videojuego|juego|partido|tarea|documental|chiste|libro
vi en (la tele|el face|facebook|tiktok|las redes)|simulacro|tiktok
news|newspaper|movie|film|song|lyrics|homework|video game|game|tv|show on|documentary|joke|book|drill
netflix
derechos? (a|de|del|tiene|tienen|tengo|si)|(la|una|que) ley|leyes
que (hago|hacer|se hace|pasa|debo hacer|puedo hacer) (si|cuando|en caso)|en caso de
si (alguien|una persona|un familiar|una mujer|un nino)|como (prevenir|se previene|ayudar)|curso|taller
capacitacion|charla|linea de (ayuda|prevencion)|pueden negar
rights? (to|of|does|do|if)|the law
what (happens|to do|do i do|should i do|should we do|can i do|do you do) (if|when|in case)|what if
in case (of|someone)|if (someone|somebody|a person|anyone|a woman|a child)
how (to|do you|can we) (report|prevent|help)|prevention|training|workshop|awareness|hotline number
"""
_NOW = r"""
ahora|ahorita|ya mismo|en este momento|en estos momentos|todavia|sigue|siguen|otra vez|de nuevo
(esta|estan) (aqui|afuera|en la puerta|adentro)|rapido|urgente|corra|apurense
now|still|again|at this moment|(is|are|hes|shes|he) (outside|here|at the door)|hurry|urgent|as we speak
please hurry|quick
"""

_A_FEW_WORDS = r"(?:\w+ ){0,5}"


def _any_of(*tables: str, end: str = "") -> re.Pattern[str]:
    rows = "".join(tables).replace("\n    ", "").strip().splitlines()
    joined = "|".join(f"(?:{row})" for row in rows if row).replace("WORD", _A_FEW_WORDS)
    return re.compile(rf"\b(?:{joined}){end}")


_DANGER = _any_of(_SUICIDE, _ATTACK, _HELD, _BODY, _FIRE_AND_CHILD, _CRY)
_PAST = _any_of(_OVER, end=r"\b")
_TALK = _any_of(_GENERAL, end=r"\b")
_PRESENT = _any_of(_NOW, end=r"\b")


def is_danger(text: str) -> bool:
    """Recall first: marks of the past or of general talk only count when nothing in the text says "now"."""
    words = normalize(text)
    if not _DANGER.search(words):
        return False
    return bool(_PRESENT.search(words)) or not (_PAST.search(words) or _TALK.search(words))
