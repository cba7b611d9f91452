"""The table that stands in for the model while it is away: stems in both languages → intent and topic.

Stems match at the start of a word of the normalized text (no accents, lower case). Read from the top, the first row wins:
harm before complaints, complaints before questions of right, these before services.
"""

import re

Row = tuple[re.Pattern[str], str, str | None]


def _row(stems: str, intent: str, topic: str | None = None) -> Row:
    return re.compile(rf"\b(?:{stems})"), intent, topic


# Whoever asks for a rule uses one of these; with them a domain word means the right, without them the service.
_ASKS = (
    r"derecho|tengo derecho|requisito|puedo |puede un|pueden |podemos |se puede|es legal|ley\b|cuanto (?:cuesta|vale|tarda|tiempo)|"
    r"plazo|permit|right to|rights|my right|allowed|can i |can we |can they |could i |do i need|do i have to|what papers|"
    r"que papeles|que documentos|how (?:do|can) i apply|how long|how much|is it legal|law\b|deadline|como solicit|como tramit|como pido|"
    r"me pueden|tienen que|obligad|required|requirement"
)

# stems · rights topic · service topic
_DOMAINS: tuple[tuple[str, str | None, str | None], ...] = (
    (r"lgbt|gay\b|lesbian|trans\b|transg|homosex|bisex|queer", "lgbtiq", None),
    (r"violencia (?:de genero|domestica|intrafamiliar)|maltrat|me pega|domestic violence|abusive|beats me|hits me|my husband hit|protection order|orden de (?:proteccion|alejamiento)", "gender_violence", "gender_violence"),
    (r"menor(?:es)?\b|ninos? sol|ninez|hij[oa]s? sol|unaccompanied|minor\b|child protection|proteccion infantil", "children", "child_protection"),
    (r"detenid|detencion|detuv|deport|expuls|detain|detention|arrest|redada|migracion me|checkpoint|reten\b", "detention_deportation", "legal"),
    (r"reunificacion|reunific|family reuni|reunite|traer a mi (?:familia|esposa|hij|mama)|bring my (?:family|wife|husband|kid|child)", "family_unity", "family_tracing"),
    (r"desplazamiento|desplazad|internally displaced|internal displacement|idp\b", "internal_displacement", None),
    (r"retorn|regresar a mi pais|deportad|returnee|return(?:ed)? (?:to my country|home)", "return_reintegration", None),
    (r"discrimin|racis", "non_discrimination", None),
    (r"abogad|lawyer|legal aid|asesoria legal|ayuda legal|legal (?:help|advice)|denunciar|how to denounce|justicia", "legal_aid", "legal"),
    (r"psicolog|salud mental|mental health|counsel|depres|ansiedad|anxiety|terapia|therap|nervios|no puedo dormir|cant sleep", "health", "mental_health"),
    (r"salud|hospital|clinic|medic|doctor|enferm|sick|health|vacun|vaccin|embaraz|pregnan|medicament|farmac|pharmac|parto|dentist", "health", "health"),
    (r"escuela|colegio|estudi|school|educa|universi|matricul|clases para mi|kinder|enroll", "education", "education"),
    (r"clases de (?:ingles|espanol)|aprender (?:ingles|espanol)|(?:english|spanish) class|learn (?:english|spanish)|idiomas", "education", "language_classes"),
    (r"trabaj|empleo|job\b|jobs\b|work\b|working|emplead|salario|wage|sueldo|patron|negocio|business", "work", "work"),
    (r"mi (?:casa|tierra|terreno|finca) (?:que deje|alla|en mi pais)|escritura|propiedad|property|land i left|my land", "property", None),
    (r"alquil|renta\b|rentar|vivienda|housing|landlord|rent\b|evict|desaloj|inquilin", "housing", "shelter"),
    (r"albergue|refugio donde|donde dormir|dormir|shelter|place to (?:stay|sleep)|techo|posada|sleep", "housing", "shelter"),
    (r"documento|papeles|cedula|pasaporte|passport|residen|partida de nacimiento|acta de nacimiento|birth (?:cert|regist)|dpi\b|dui\b|curp|carnet|visa humanitaria|nacionalidad|id card|permiso", "documents", "documents"),
    (r"comida|comer|hambre|alimento|food|hungry|eat\b|comedor|despensa|viveres|leche|milk", None, "food"),
    (r"agua|water|bano|toilet|ducha|shower|higien|hygien|jabon|soap|toallas sanit|letrina", None, "water_hygiene"),
    (r"dinero|efectivo|cash|money|banco|bank|voucher|bono\b|remesa|subsidio|cambio de moneda|western union", None, "cash"),
    (r"transporte|bus\b|buses|pasaje|transport|ride\b|taxi|autobus", None, "transport"),
    (r"internet|wifi|cargar (?:el|mi)|charge my|recarga|saldo\b|chip\b|sim card|sim\b|phone credit", None, "connectivity"),
    (r"ropa|cobija|colchon|panal|zapatos|clothes|clothing|blanket|diaper|nappies|shoes|mattress", None, "clothing_items"),
    (r"discapac|silla de ruedas|disab|wheelchair|adulto mayor|anciano|elderly|abuel", "health", "disability_elderly"),
    (r"busco a mi|encontrar a mi|find my (?:brother|sister|mother|father|son|daughter|family|husband|wife|cousin)|perdi (?:el )?contacto|lost contact", "family_unity", "family_tracing"),
)

_HARM = (
    _row(r"extor|amenaz|threat|me cobran (?:la )?renta|cobro de piso|derecho de piso|war tax|impuesto de guerra", "report_incident", "threats_extortion"),
    _row(r"reclut|recruit|join (?:the|their|di) gang|unirse a la (?:mara|pandilla)", "report_incident", "recruitment"),
    _row(r"trata de personas|traffick|me vendieron|sold me|obligan a (?:trabajar|prostit)|forced? (?:me|her|us|them) to work", "report_incident", "trafficking"),
    _row(r"desaparec|missing (?:person|since)|went missing|disappeared|no aparece", "report_incident", "missing_person"),
    _row(r"violaron|violacion sexual|abuso sexual|raped|rape\b|sexual assault|sexual abuse", "report_incident", "gender_violence"),
    _row(r"nos (?:corrieron|sacaron|echaron|desplazaron)|tuvimos que (?:huir|salir)|hombres armados|grupo armado|armed (?:men|group)|drove us out|leave our homes?|had to flee", "report_incident", "forced_displacement"),
    _row(r"me quitaron (?:la|mi) (?:casa|tierra|terreno)|took (?:my|our) (?:house|land)|invadieron", "report_incident", "property_taken"),
    _row(r"mataron|asesin|dispar|balacera|golpearon|killed|murder|shooting|shot\b|beat (?:me|him|her|us) up|stabbed", "report_incident", "violence"),
    _row(r"me robaron|nos robaron|robo\b|asalt|estaf|fraude|stole|robbed|robbery|scam|fraud", "report_incident", "theft_fraud"),
    _row(r"xenofob|hate crime|odio\b|me insultan por", "report_incident", "hate_xenophobia"),
    _row(r"mara\b|pandilla|gang", "report_incident", "threats_extortion"),
)

_COMPLAINTS = (
    _row(r"(?:pidio|pide|pidieron|quiere|quiso) (?:sexo|favores|tocar|fotos)|sexo a cambio|sex for|for sex|asked (?:me )?for sex|sexual favou?r|acoso sexual|sexual harass", "file_complaint", "sexual_exploitation"),
    _row(r"soborno|mordida|coima|corrup|bribe|venden la ayuda|selling the aid|me cobraron|me quieren cobrar|pidio dinero|asked (?:me )?for money", "file_complaint", "corruption"),
    _row(r"(?:queja|denuncia|complain|report).*(?:discrimin|racis)|me discrimin|nos discrimin|discriminated", "file_complaint", "discrimination"),
    _row(r"(?:queja|complain).*(?:funcionari|policia|guardia|staff|officer|guard)|abuso de (?:poder|autoridad)|staff (?:threat|shout|yell|insult)", "file_complaint", "staff_misconduct"),
    _row(r"bano.* (?:sucio|roto|danad)|toilets?.* (?:broken|dirty)|goteras|techo roto|sin luz en el albergue|sucio|dirty|broken|dana?do", "file_complaint", "infrastructure"),
    _row(r"no (?:me|nos) (?:atend|dieron|llego|entreg|quisieron)|nunca (?:me|nos) (?:llam|dieron|lleg)|mal(?:a)? (?:trato|atencion)|me trataron mal|nos trataron mal|treated (?:me|us) bad|refused to (?:help|attend)|never (?:got|received|came)", "file_complaint", "service_quality"),
    _row(r"queja|quejar|reclam|complain", "file_complaint", "other"),
)

_REQUESTS = (
    _row(r"(?:estado|status|seguimiento|que paso con|what happened (?:with|to)|how is|update on|como va) .*(?:caso|case|queja|complaint|report|denuncia|solicitud)|mi caso\b|my case\b|numero de caso|case number", "check_case"),
    _row(r"(?:borr|elimin|delete|erase|remove).* (?:datos|data|informacion|information|numero|number)|mis datos|my data|privacidad|privacy|confidencial|que guardan|quien (?:ve|lee)|who (?:sees|can see|reads)", "manage_data"),
    _row(r"hablar con|comunic\w+ con|speak (?:to|with)|talk (?:to|with)|real person|persona real|un humano|alguien que me (?:ayude|atienda)|que me llamen|call me\b", "talk_to_human"),
    _row(r"encuesta|survey|calific|opinion|rate the|feedback", "take_survey"),
    _row(r"propuesta|propong|sugier|sugerencia|propos|suggest|votar|vote\b|presupuesto participativo", "make_proposal"),
    _row(r"(?:cambi|change|switch).*(?:idioma|language|ingles|espanol|english|spanish)|en ingles|en espanol|in english|in spanish", "change_language"),
    _row(r"no quiero (?:mas )?mensajes|no me (?:escrib|mand)|dejen de|stop (?:send|text|messag)|darme de baja|unsubscribe", "unsubscribe"),
    _row(r"suscrib|recibir (?:avisos|noticias|mensajes|alertas)|receive (?:notices|updates|alerts|messages)|subscribe|sign me up", "subscribe"),
)

_RIGHTS = (_row(r"asilo|asylum|refugiad|refugee|refugio|comar\b|proteccion internacional", "ask_rights", "asylum"),) + tuple(
    _row(rf"(?:{_ASKS}).*\b(?:{stems})|\b(?:{stems}).*\b(?:{_ASKS})", "ask_rights", rights)
    for stems, rights, _ in _DOMAINS
    if rights
)

_SERVICES = tuple(_row(stems, "find_service", service) for stems, _, service in _DOMAINS if service) + tuple(
    _row(stems, "ask_rights", rights) for stems, rights, service in _DOMAINS if rights and not service
)

_RIGHT_WORDS = (_row(r"derecho|my rights|our rights|rights", "ask_rights"),)

_TALK = (
    _row(r"gracias|thank", "thank"),
    _row(r"adios|hasta luego|bye|nos vemos|chao", "goodbye"),
    _row(r"que puedes hacer|como funciona|what can you do|how does this work|ayuda$|help$", "help"),
    _row(r"hola|buenos dias|buenas|hello|hi\b|hey\b|good (?:morning|afternoon|evening)", "greet"),
)

TABLE: tuple[Row, ...] = _HARM + _COMPLAINTS + _REQUESTS + _RIGHTS + _SERVICES + _RIGHT_WORDS + _TALK
