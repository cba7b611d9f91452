"""The table that stands in for the model while it is away: stems in both languages → intent and topic.

Stems begin a word of the normalized text (lower case, no accents). Read from the top the first row wins: harm
before complaints, these before small requests, these before rights, rights before services, small talk last.
"""

import re

Row = tuple[re.Pattern[str], str, str | None]


def _row(stems: str, intent: str, topic: str | None = None) -> Row:
    return re.compile(rf"\b(?:{stems})"), intent, topic


# Questions in which a harm is named that is over: asked in these words, they ask.
_QUESTIONS = (
    _row(
        r"(?:reclamar|recuperar|claim|get back|recover)\b.*\b(?:casa|tierra|terreno|finca|house|home|land)\b|"
        r"(?:casa|tierra|terreno|finca|house|home|land)\b.*\b(?:reclamar|recuperar|claim|recover|get it)",
        "ask_rights",
        "property",
    ),
    _row(
        r"(?:me|nos|lo|la|le) (?:van a|va a|pueden|puede) (?:deportar|expulsar|detener|regresar)|"
        r"(?:will|can|could) (?:they|police|migration|immigration)\b.*\b(?:deport|detain|send)",
        "ask_rights",
        "detention_deportation",
    ),
    _row(
        r"(?:papeles|documentos|papers|documents|passport|pasaporte)\b.*\b(?:robad|robaron|stole|lost|perdi)|"
        r"(?:robaron|perdi|stole|lost)\b.*\b(?:papeles|documentos|papers|documents|passport|pasaporte)",
        "find_service",
        "documents",
    ),
)

_HARM = (
    ("extor|amenaz|threat|me cobran (la )?renta|cobro de piso|derecho de piso|war tax", "threats_extortion"),
    ("impuesto de guerra", "threats_extortion"),
    ("reclut|recruit|join (the|their|di) gang|unirse a la (mara|pandilla)", "recruitment"),
    ("trata de personas|traffick|me vendieron|sold me|obligan a (trabajar|prostit)", "trafficking"),
    ("forced? (me|her|us|them) to work", "trafficking"),
    ("desaparec|missing (person|since)|went missing|disappeared|no aparece", "missing_person"),
    ("violaron|violacion sexual|abuso sexual|raped|sexual assault|sexual abuse", "gender_violence"),
    ("nos (corrieron|sacaron|echaron|desplazaron)|tuvimos que huir|hombres armados", "forced_displacement"),
    ("grupo armado|armed (men|group)", "forced_displacement"),
    ("drove us out|leave our home|had to flee", "forced_displacement"),
    ("me quitaron (la|mi) (casa|tierra|terreno)|took (my|our) (house|land)|invadieron", "property_taken"),
    (r"mataron|asesin|dispar|balacera|golpearon|killed|murder|shooting|shot\b", "violence"),
    ("beat (me|him|her|us) up|stabbed", "violence"),
    (r"me robaron|nos robaron|robo\b|asalt|estaf|fraude|stole|robbed|robbery|scam|fraud", "theft_fraud"),
    ("xenofob|hate crime|me insultan por", "hate_xenophobia"),
    (r"mara\b|maras\b|pandill|gang", "threats_extortion"),
)

_COMPLAINTS = (
    ("(pidio|pide|pidieron|quiso) (sexo|favores|fotos)|sexo a cambio|sex for", "sexual_exploitation"),
    (r"for sex\b|sexual favou?r|acos|sexual harass", "sexual_exploitation"),
    ("soborno|mordida|coima|corrup|bribe|vend(en|iendo) la ayuda|selling the aid|me cobraron", "corruption"),
    ("pidio dinero|asked (me )?for money", "corruption"),
    ("discriminan|discriminaron|discriminated|racis", "discrimination"),
    ("abuso de (poder|autoridad)", "staff_misconduct"),
    ("(staff|guard|officer|funcionari|guardia).* (threat|shout|yell|insult|grit|insult)", "staff_misconduct"),
    (
        "(bano|toilet|letrina|ducha|shower|techo|roof).* (sucio|roto|danad|broken|dirty|leak)",
        "infrastructure",
    ),
    ("no (me|nos) (atend|dieron|llego|entreg|quisieron)", "service_quality"),
    ("nunca (me|nos) (llam|dieron|lleg)|mala? (trato|atencion)", "service_quality"),
    ("(me|nos) trataron mal|treated (me|us) bad|refused to (help|attend)", "service_quality"),
    ("never (got|received|came)", "service_quality"),
    ("queja|quejar|reclam|complain", "other"),
)

_REQUESTS = (
    ("(estado|seguimiento|que paso con|como va) .*(caso|queja|reporte|denuncia|solicitud)", "check_case"),
    ("(status|what happened (with|to)|update on|how is) .*(case|complaint|report|request)", "check_case"),
    (r"mi caso\b|my case\b|numero de caso|case number", "check_case"),
    ("(borr|elimin|delete|erase|remove).* (datos|data|informacion|information|numero|number)", "manage_data"),
    ("mis datos|my data", "manage_data"),
    ("privacidad|privacy|confidencial|que guardan|quien (ve|lee)|who (sees|can see|reads)", "manage_data"),
    ("hablar con|speak (to|with)|talk (to|with)|real person|persona real|un humano", "talk_to_human"),
    (r"que me llamen|call me\b", "talk_to_human"),
    ("encuesta|survey|calific|opinion|rate the|feedback", "take_survey"),
    (r"propuesta|propong|sugier|sugerencia|propos|suggest|votar|vote\b", "make_proposal"),
    ("(cambi|change|switch).*(idioma|language)|en ingles|en espanol|in english", "change_language"),
    ("in spanish", "change_language"),
    ("no quiero (mas )?mensajes|no me (escrib|mand)|dejen de|stop (send|text|messag)", "unsubscribe"),
    ("de baja|unsubscribe", "unsubscribe"),
    ("suscrib|recibir (avisos|noticias|mensajes|alertas)", "subscribe"),
    ("receive (notices|updates|alerts|messages)|subscribe", "subscribe"),
)

# Who asks for a rule uses one of these: with them a domain word means the right, without them the service.
# "Where can I …" asks for a place.
_ASKS = (
    r"derecho|requisito|(?<!donde )puedo |puede un|pueden |(?<!donde )podemos |se puede|es legal|plazo|"
    r"obligad|tienen que|ley\b|"
    r"cuanto (?:cuesta|vale|tarda|tiempo)|que (?:papeles|documentos)|como (?:solicit|tramit|pido)|"
    r"right to|rights|allowed|(?<!where )can (?:i|we|they) |could i |do i (?:need|have to)|what papers|"
    r"how (?:do|can) i apply|how (?:long|much)|is it legal|law\b|deadline|require"
)

# stems · the right · the service
_DOMAINS: tuple[tuple[str, str | None, str | None], ...] = (
    (r"lgbt|gay\b|lesbian|trans\b|transg|homosex|bisex|queer", "lgbtiq", None),
    ("violencia (de genero|domestica|intrafamiliar)|maltrat|me pega", "gender_violence", "gender_violence"),
    ("domestic violence|abusive|beats me|hits me", "gender_violence", "gender_violence"),
    ("protection order|orden de (proteccion|alejamiento)", "gender_violence", "gender_violence"),
    (r"menor(es)?\b|ninos? sol|ninez|hij[oa]s? sol|unaccompanied|minors?\b", "children", "child_protection"),
    ("child protection", "children", "child_protection"),
    ("detenid|detencion|detuv|deport|expuls|detain|detention|arrest", "detention_deportation", "legal"),
    ("redada|checkpoint", "detention_deportation", "legal"),
    ("reunific|family reuni|reunite", "family_unity", "family_tracing"),
    (
        "(traer|bring) (a )?(mi|my) (familia|espos|hij|mama|family|wife|husband|kid|child)",
        "family_unity",
        "family_tracing",
    ),
    (r"desplaza|internally displaced|internal displacement|idp\b", "internal_displacement", None),
    ("retorn|regresar a mi pais|returnee|return(ed)? (to my country|home)", "return_reintegration", None),
    ("discrimin", "non_discrimination", None),
    ("abogad|lawyer|legal (aid|help|advice)|(asesoria|ayuda) legal|denunciar", "legal_aid", "legal"),
    ("how to denounce|justicia", "legal_aid", "legal"),
    ("psicolog|salud mental|mental health|counsel|depres|ansiedad|anxiety", "health", "mental_health"),
    ("terapia|therap|nervios|no puedo dormir", "health", "mental_health"),
    ("clases de (ingles|espanol)|aprender (ingles|espanol)", "education", "language_classes"),
    ("(english|spanish) class|learn (english|spanish)", "education", "language_classes"),
    ("discapac|silla de ruedas|disab|wheelchair|adulto mayor|ancian", "health", "disability_elderly"),
    ("elderly", "health", "disability_elderly"),
    ("salud|hospital|clinic|medic|doctor|enferm|sick|health|vacun|vaccin|embaraz", "health", "health"),
    ("pregnan|farmac|pharmac|parto|dentist", "health", "health"),
    ("escuela|colegio|estudi|school|educa|universi|matricul|kinder|enroll", "education", "education"),
    (r"trabaj|empleo|jobs?\b|work|salario|wage|sueldo|negocio|business", "work", "work"),
    ("escritura|propiedad|property|(mi|my) (tierra|terreno|finca|land)|land i left", "property", None),
    (r"alquil|renta|vivienda|housing|landlord|rent\b|evict|desaloj|inquilin", "housing", "shelter"),
    ("albergue|dormir|shelter|place to (stay|sleep)|techo|posada|sleep", "housing", "shelter"),
    ("documento|papeles|cedula|pasaporte|passport|residen", "documents", "documents"),
    ("(partida|acta) de nacimiento|birth (cert|regist)", "documents", "documents"),
    (r"dpi\b|dui\b|curp|carnet|visa humanitaria|nacionalidad|id card|permiso", "documents", "documents"),
    ("permit", "documents", "documents"),
    (r"comida|comer|hambre|aliment|food|hungry|eat\b|comedor|despensa|viveres|leche|milk", None, "food"),
    ("agua|water|bano|toilet|ducha|shower|higien|hygien|jabon|soap|letrina", None, "water_hygiene"),
    (r"dinero|efectivo|cash|money|banco|bank|voucher|bono\b|remesa|subsidio", None, "cash"),
    (r"transporte|bus\b|buses|pasaje|transport|ride\b|taxi|autobus", None, "transport"),
    (r"internet|wifi|cargar (el|mi)|charge my|recarga|saldo\b|chip\b|sim\b", None, "connectivity"),
    ("phone credit", None, "connectivity"),
    ("ropa|cobija|colchon|panal|zapatos|cloth|blanket|diaper|nappies|shoes", None, "clothing_items"),
    ("mattress", None, "clothing_items"),
    ("busco a mi|encontrar a mi|find my|perdi (el )?contacto", "family_unity", "family_tracing"),
    ("lost contact|looking for my (brother|sister|mother|father|son)", "family_unity", "family_tracing"),
)

_TALK = (
    ("gracias|thank", "thank"),
    ("adios|hasta luego|bye|nos vemos|chao", "goodbye"),
    ("que puedes hacer|como funciona|what can you do|how does this work|ayuda$|help$", "help"),
    (r"hola|buenos dias|buenas|hello|hi\b|hey\b|good (morning|afternoon|evening)", "greet"),
)


def _rights() -> list[Row]:
    asked = [
        _row(rf"(?:{_ASKS}).*\b(?:{stems})|(?:{stems}).*\b(?:{_ASKS})", "ask_rights", right)
        for stems, right, _ in _DOMAINS
        if right
    ]
    return [
        _row("asilo|asylum|refugi|refugee|comar|proteccion internacional", "ask_rights", "asylum"),
        *asked,
    ]


def _services() -> list[Row]:
    return [
        _row(stems, "find_service", service) if service else _row(stems, "ask_rights", right)
        for stems, right, service in _DOMAINS
    ]


TABLE: tuple[Row, ...] = (
    *_QUESTIONS,
    *(_row(stems, "report_incident", topic) for stems, topic in _HARM),
    *(_row(stems, "file_complaint", topic) for stems, topic in _COMPLAINTS),
    *(_row(stems, intent) for stems, intent in _REQUESTS),
    *_rights(),
    *_services(),
    _row("derecho|rights", "ask_rights"),
    *(_row(stems, intent) for stems, intent in _TALK),
)

# Small words that only one of the languages has.
SMALL_WORDS = {
    language: frozenset(words.split())
    for language, words in {
        "es": """
            a al como con cuando cuanto de del donde el ella en es esta estan estoy hay la las le lo los mas
            mi mis muy nos para pero por porque puede puedo que quien se ser si sin son soy su sus tengo tiene
            un una y ya
        """,
        "en": """
            about and any are at because but can do does for from get have he how i if in is it my need not
            of on or our she that the them there they this to us was we were what when where who will with
            you your
        """,
    }.items()
}
