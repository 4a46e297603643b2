"""How one asks for an overview of whole documents, and the few words in which the built-in model gives one.

A pattern has to match the whole request, in lower case and without its politeness, so that a question that merely has
such words in it stays an ordinary one. In patterns stand DOCS for documents that are not named ("all my files"), HAVE
for being there ("do you have"), X for what may be a document, and TOPIC for anything.
"""

from dataclasses import dataclass


@dataclass(frozen=True, eq=False)  # compared by identity, which is fast in caches
class OverviewLanguage:
    """A language of `ingest.languages`, by its name. Alternatives are separated by "|"."""

    name: str
    documents: str
    """Words for a document of any kind."""
    kinds: str
    """Words for a kind of document, which are often a part of its name."""
    determiners: str
    """What may stand around such words without naming a document."""
    indefinite: str
    """Words that say that no certain document is meant."""
    these: str
    """What points to documents without a noun."""
    polite: str
    have: str
    listing: tuple[str, ...]
    counting: tuple[str, ...]
    finding: tuple[str, ...]
    """Which documents are about TOPIC."""
    summary: tuple[str, ...]
    """What X is about, be it a document's name alone; where X is missing, what lies at hand."""
    said: tuple[str, ...]
    """The same in words that are as often asked of other things: X has to be called a document, or be a file's "
    "name."""
    going_on: str
    """With what one goes on to another document of a list."""
    ordinals: tuple[str, ...]
    """The first of a list, the second and so on."""
    number: str
    more: str
    parts: str


ENGLISH = OverviewLanguage(
    "en",
    documents="documents?|docs?|files?|pdfs?|uploads?|attachments?",
    kinds="manuals?|guides?|handbooks?|reports?|papers?|articles?|books?|polic(?:y|ies)|contracts?|agreements?"
    "|letters?"
    "|presentations?|slides|spreadsheets?|minutes|notes|essays?|thes[ie]s|reference|tutorials?|readme|texts?",
    determiners="the|this|that|these|those|all|of|my|our|your|each|every|both|any|uploaded|attached|available|whole"
    "|entire|complete|full|above|following|current|different|various|other|single|called|named|titled|entitled"
    "|contents?",
    indefinite="a|an|some|any|another|one",
    these="this|that|it|these|those|them|everything|all|all of (?:it|this|them|these)",
    polite="please|kindly|hi|hello|hey|can you|could you|would you|will you|can i get|i(?: would|'d) like you to"
    "|i want you to|i need you to|now|just|briefly|shortly|quickly|in short|for me|to me|i(?: would|'d) like to know"
    "|in (?:a few|one|two|three|four|five|\\d+) (?:words?|sentences?|lines?|paragraphs?|bullet points|points)"
    "|again|thanks",
    have="do you have(?: access to)?|you have(?: access to)?|have you(?: got)?|you know(?: of)?|do you know(?: of)?"
    "|are there|there are|are (?:available|uploaded|stored|indexed|loaded|present|here|known)|available"
    "|(?:have i|did i|i have|i|i've) (?:just )?(?:uploaded|upload|given you|give you|gave you|attached?|shared?"
    "|sent|added)"
    "|can you (?:see|access|read|search|use)|you can (?:see|access|read|search|use)"
    "|(?:are )?(?:here )?in (?:here|(?:the|this|my|your|our) (?:store|vector store|collection|library|knowledge base"
    "|database|index|folder|corpus|archive|system))",
    listing=(
        "(?:list|show|name|enumerate|give|tell)(?: me)?(?: (?:a|the) list of| the names of| the titles of)? "
        "DOCS(?: (?:that )?HAVE)?",
        "(?:what|which)(?: of the)? DOCS HAVE",
        "(?:what are|which are) DOCS(?: (?:that )?HAVE)?",
        "(?:what do you have|what is|what's|what are the contents) (?:in|of) (?:the|this|my|your|our) (?:store"
        "|vector store|knowledge base)",
        "what (?:have i|did i) (?:just )?(?:uploaded?|given you|give you|attached?|shared?)",
        "(?:a |the )?list of DOCS(?: (?:that )?HAVE)?",
    ),
    counting=(
        "how many(?: of)? DOCS(?: (?:that )?HAVE)?(?: in total| altogether)?",
        "(?:what is |what's )?the (?:total )?number of DOCS(?: (?:that )?HAVE)?",
        "count DOCS(?: (?:that )?HAVE)?",
    ),
    finding=(
        "(?:which|what)(?: of)? DOCS (?:are|is) (?:there )?(?:all )?(?:about|concerned with|related to|relevant "
        "(?:to|for)) TOPIC",
        "(?:which|what)(?: of)? DOCS (?:deals?|dealing) with TOPIC",
        "(?:which|what)(?: of)? DOCS (?:talks?|speaks?|writes?|tells?)(?: (?:me )?(?:something|anything))? "
        "(?:about|of) TOPIC",
        "(?:which|what)(?: of)? DOCS (?:contains?|have|has|gives?) (?:some |any )?(?:information|anything"
        "|something|details) "
        "(?:about|on|for) TOPIC",
        "(?:which|what)(?: of (?:the|my|our|your|these))? (?:documents?|docs|pdfs?) "
        "(?:mentions?|covers?|discuss(?:es)?|describes?|treats?|refers? to|concerns?) TOPIC",
        "in (?:which|what)(?: of)? DOCS (?:is|are|does|do|can i (?:find|read)) (?:something about |anything "
        "about )?TOPIC"
        "(?: (?:mentioned|discussed|described|covered|treated|appear|occur|come up|be found))?",
        "(?:do you have|are there|is there|have you got|have you|did i upload)(?: any| a| some)? DOCS "
        "(?:about|concerning|regarding|that (?:is|are) about|(?:that )?deal(?:s|ing) with|that (?:talks?"
        "|speaks?) about) TOPIC",
        "(?:do you have|are there|is there|have you got|have you)(?: any| a| some)? (?:documents?|docs|pdfs?) on TOPIC",
        "(?:list|show|find|give)(?: me)? DOCS (?:about|concerning|regarding|that (?:is|are) about|(?:that )"
        "?deal(?:s|ing)? with"
        "|that mentions?|mentioning) TOPIC",
    ),
    summary=(
        "(?:what is|what's|whats|what are|what was) X (?:all )?about",
        "(?:summari[sz]e|sum up|give an overview of|recap)(?: X)?",
        "(?:tell|show|explain to)(?: me)? what X (?:is|are) (?:all )?about",
        "(?:give|write|make|provide|show|create|get|offer|prepare)(?: me| us)? (?:a |an |the )?(?:short |brief "
        "|quick |concise |executive "
        "|general |high-level |rough |good |one-paragraph |detailed )*"
        "(?:summary|overview|outline|synopsis|digest|gist|tl;?dr|table of contents|main points|key points|abstract)"
        "(?: (?:of|for|on|about) X)?",
        "(?:what is |what's )?(?:the |a |an )?(?:short |brief |quick )?"
        "(?:summary|overview|outline|synopsis|gist|tl;?dr|table of contents|main topic|main idea) (?:of|for) X",
        "(?:summary|overview|outline|synopsis|tl;?dr|table of contents)",
        "(?:what (?:are|is)|list|give(?: me)?|name|show(?: me)?|tell me) (?:the |its |their )?"
        "(?:main|key|most important|important|central|major|principal|chief) (?:points?|ideas?|topics?"
        "|takeaways?|messages?"
        "|arguments?|findings?|themes?|subjects?|sections?|parts?|facts|contents?|statements?)"
        "(?: (?:of|in|from|made in|covered in|covered by|discussed in|made by) X)?",
        "(?:which|what) (?:topics|subjects|themes|sections|chapters|parts|areas) (?:does|do|are|is) (?:(?:in|of"
        "|there in"
        "|covered in|covered by|discussed in) )?X(?: (?:cover|have|contain|discuss|deal with|treat|consist of))?",
        "(?:what are|list|show(?: me)?|give me) (?:the )?(?:topics|subjects|themes|sections|chapters|headings"
        "|parts) (?:of|in"
        "|covered (?:by|in)) X",
    ),
    said=(
        "(?:describe|outline|explain|review|skim|read) X",
        "tell me (?:something |more |a bit )?about X",
        "what (?:does|do) X (?:cover|contain|say|discuss|deal with|talk about|include|describe|treat)",
        "what(?: is|'s) (?:in|inside) X",
        "what kind of (?:document|file|text) is X",
        "what(?: is|'s) the (?:structure|subject|topic|purpose|content) of X",
    ),
    going_on="and|what about|how about|tell me (?:more )?about|now|then|summari[sz]e|what is|what's|about|one|number",
    ordinals=("first", "second", "third", "fourth", "fifth"),
    number="Number of documents: {}",
    more="and {} more",
    parts="Sections",
)

LANGUAGES = (
    ENGLISH,
    OverviewLanguage(
        "de",
        documents="dokument(?:e|en|es|s)?|datei(?:en)?|pdfs?|unterlagen?|textdatei(?:en)?|anhang|anhänge",
        kinds="handb(?:uch|uchs|uches|ücher)|anleitung(?:en)?|bericht(?:e|s|es)?|artikels?|b(?:uch|uchs|uches"
        "|ücher)|aufsatz"
        "|richtlinien?|vertrag(?:s|es)?|verträge|brief(?:e|es|s)?|präsentation(?:en)?|folien|tabellen?"
        "|protokolle?s?|leitfaden"
        "|leitfadens|ratgebers?|texte?s?|regelung(?:en)?",
        determiners="der|die|das|den|dem|des|dieser|diese|dieses|diesem|diesen|alle|aller|allen|meine|meiner"
        "|meinen|meines"
        "|unsere|unserer|unseren|deine|deiner|deinen|ihre|ihrer|ihren|von|in|im|zu|zum|zur|hochgeladenen?"
        "|angehängten?"
        "|vorhandenen?|verfügbaren?|ganzen?|gesamten?|einzelnen|jeweiligen|namens|mit dem namen|über|inhalte?s?|kurz",
        indefinite="ein|eine|einem|einen|einer|eines|irgendein",
        these="das|dies|diese|es|alles|hier|darin|allem",
        polite="bitte|hallo|guten tag|kannst du|können sie|könntest du|könnten sie|würdest du|mal|kurz|mir|uns|danke"
        "|ich möchte wissen|sag mir|in (?:wenigen|ein paar|zwei|drei|\\d+) (?:worten|sätzen)|stichpunktartig|in "
        "stichpunkten",
        have="hast du|haben sie|du hast|sie haben|gibt es|es gibt|kennst du|kennen sie|liegen(?: dir| ihnen)? vor"
        "|sind (?:da|hier|vorhanden|verfügbar|gespeichert|hochgeladen|hinterlegt)|(?:die )?(?:du|sie) (?:hast"
        "|haben|kennst|kennen)"
        "|(?:habe|hab) ich (?:dir |ihnen )?(?:hochgeladen|gegeben|geschickt)|(?:die )?ich (?:dir )?hochgeladen "
        "habe|die es gibt"
        "|kannst du (?:sehen|lesen|durchsuchen)"
        "|(?:sind )?in (?:der|dieser|meiner|deiner|unserer) (?:sammlung|wissensdatenbank|datenbank|ablage|bibliothek)"
        "|(?:sind )?im (?:speicher|archiv|bestand|ordner)",
        listing=(
            "(?:liste|zähle|nenne?|zeige?|gib|führe)(?: mir| uns)?(?: eine liste| die namen)?(?: mit| von| über)"
            "? DOCS"
            "(?: HAVE| (?:die )?HAVE)?(?: auf| an| aus)?",
            "(?:welche|was für) DOCS HAVE",
            "(?:eine )?liste (?:aller|der|von) DOCS(?: HAVE)?",
            "(?:alle )?DOCS auflisten",
        ),
        counting=("wie ?viele? DOCS(?: HAVE)?(?: insgesamt)?", "(?:wie (?:hoch|groß) ist )?die (?:an)?zahl DOCS"),
        finding=(
            "(?:welche[sr]?|was für)(?: von)? DOCS (?:handeln|handelt) von TOPIC",
            "(?:welche[sr]?|was für)(?: von)? DOCS (?:befassen|befasst|beschäftigen|beschäftigt) sich mit TOPIC",
            "(?:welche[sr]?|was für)(?: von)? DOCS (?:behandeln|behandelt|erwähnen|erwähnt|betreffen|betrifft) TOPIC",
            "(?:welche[sr]?|was für)(?: von)? DOCS (?:drehen|dreht) sich um TOPIC",
            "in welche[mnr](?: von)? DOCS geht es (?:um|über) TOPIC",
            "in welche[mnr](?: von)? DOCS (?:kommt|kommen|wird|werden|steht|ist|sind)(?: etwas (?:über|zu|von))"
            "? TOPIC"
            "(?: vor| erwähnt| behandelt| beschrieben| die rede)?",
            "(?:gibt es|hast du|haben sie)(?: ein| eine| irgendwelche)? DOCS (?:über|zu|zum|zur|von) TOPIC",
            "(?:zeige?|nenne?|finde|liste)(?: mir)? DOCS (?:über|zu|zum|zur) TOPIC(?: auf)?",
        ),
        summary=(
            "worum (?:geht es|geht's|gehts|dreht es sich|handelt es sich)(?: denn)?(?: (?:hier|eigentlich))?(?: "
            "(?:in|im|bei|beim) X)?",
            "um was (?:geht es|geht's|gehts)(?: (?:in|im|bei|beim) X)?",
            "(?:wovon|worüber) (?:handelt|handeln|berichtet|berichten) X",
            "was ist (?:der|das) (?:inhalt|thema|gegenstand|zweck|hauptthema) (?:von|des|der|vom) X",
            "(?:fasse?|fassen sie)(?: mir| uns)? (?:X )?zusammen",
            "X zusammenfassen",
            "(?:schreibe?|gib|erstelle?|mache?|geben sie)(?: mir| uns)? (?:eine |einen |die |ein )?(?:kurze "
            "|kurzen |knappe |knappen )*"
            "(?:zusammenfassung|überblick|übersicht|inhaltsangabe|inhaltsverzeichnis)(?: (?:von|des|der|über|zu"
            "|zum|zur|vom|für) X)?",
            "(?:eine |einen |die )?(?:kurze |kurzen |knappe |knappen )*(?:zusammenfassung|überblick|übersicht"
            "|inhaltsangabe)"
            " (?:von|des|der|über|zu|zum|zur|vom) X (?:geben|schreiben|erstellen|machen|zeigen)",
            "worum es (?:(?:in|im|bei) X )?geht",
            "(?:eine |die )?(?:kurze )?(?:zusammenfassung|inhaltsangabe|überblick|übersicht|inhaltsverzeichnis)"
            "(?: (?:von|des|der|über|zum|zur|vom) X)?",
            "(?:was|welche?s?) sind die (?:wichtigsten|zentralen|wesentlichen|hauptsächlichen) (?:punkte"
            "|aussagen|themen|inhalte"
            "|erkenntnisse|ergebnisse|abschnitte|informationen)(?: (?:in|im|von|vom|aus|des|der) X)?",
            "was sind die (?:hauptpunkte|kernpunkte|kernaussagen|hauptthemen|kernthemen|hauptaussagen)(?: (?:in"
            "|im|von|vom|aus|des|der) X)?",
            "welche (?:themen|abschnitte|kapitel|bereiche) (?:behandelt|behandeln|umfasst|hat|enthält|enthalten"
            "|deckt|gibt es in|gibt es im)"
            " X(?: ab)?",
        ),
        said=(
            "was (?:steht|ist) (?:in|im) X",
            "was (?:enthält|enthalten|beinhaltet|beschreibt|sagt|behandelt) X",
            "(?:beschreibe?|erkläre?)(?: mir)? X",
            "erzähle?(?: mir)? (?:etwas |mehr )?(?:über|von) X",
        ),
        going_on="und|was ist mit|wie ist es mit|wie steht es um|nun|dann|was steht in|worum geht es in|nummer",
        ordinals=("erste[mnrs]?", "zweite[mnrs]?", "dritte[mnrs]?", "vierte[mnrs]?", "fünfte[mnrs]?"),
        number="Anzahl der Dokumente: {}",
        more="und {} weitere",
        parts="Abschnitte",
    ),
    OverviewLanguage(
        "fr",
        documents="documents?|fichiers?|pdfs?|docs?|pièces? jointes?",
        kinds="rapports?|manuels?|guides?|articles?|contrats?|livres?|notices?|politiques?|règlements?"
        "|présentations?|lettres?"
        "|mémoires?|études?|textes?|tableaux?|procès-verba(?:l|ux)",
        determiners="le|la|les|l'|du|de|des|d'|ce|cet|cette|ces|tous|toutes|tout|mon|ma|mes|notre|nos|votre|vos"
        "|ton|ta|tes|dans"
        "|au|aux|intitulée?|nommée?|sur|disponibles?|joints?|présents?|différents|entier|contenu|en",
        indefinite="un|une|quelque|quelques",
        these="ça|cela|ceci|tout|tout cela|tout ça",
        polite="s'il te plaît|s'il vous plaît|s'il te plait|s'il vous plait|svp|stp|bonjour|peux-tu|pouvez-vous"
        "|pourrais-tu"
        "|pourriez-vous|veuillez|merci de|merci|me|moi|nous|dis-moi|dites-moi|brièvement|en (?:quelques|deux"
        "|trois|\\d+) (?:mots|phrases|lignes)",
        have="as-tu|avez-vous|y a-t-il|tu as|vous avez|il y a|possèdes-tu|possédez-vous|connais-tu"
        "|sont (?:disponibles|présents|enregistrés|chargés|ici)|(?:que|dont) (?:tu as|vous avez|tu disposes"
        "|vous disposez|tu possèdes)"
        "|disposes-tu|disposez-vous|ai-je (?:envoyés|téléversés|chargés|importés)|(?:que )?j'ai (?:envoyés"
        "|téléversés|chargés|importés)"
        "|dans (?:la|cette|ma|votre|ta) (?:collection|base|bibliothèque|base de connaissances)",
        listing=(
            "(?:liste[rz]?|énumère[rz]?|énumérez|montre[rz]?|affiche[rz]?|donne[rz]?|cite[rz]?|nomme[rz]?)"
            "(?:-moi|-nous)?"
            "(?: la liste| les noms)? DOCS(?: HAVE)?",
            "(?:de )?quels? (?:sont )?DOCS(?: HAVE)",
            "quels sont DOCS(?: HAVE)?",
            "(?:la )?liste DOCS(?: HAVE)?",
        ),
        counting=(
            "combien DOCS(?: HAVE)?(?: en tout| au total)?",
            "combien (?:as-tu|avez-vous|y a-t-il|tu as|il y a) DOCS(?: en tout| au total)?",
            "(?:quel est )?le nombre(?: total)? DOCS(?: HAVE)?",
        ),
        finding=(
            "(?:quels?|lesquels) (?:sont )?DOCS (?:qui )?(?:parlent|parle|traitent|traite) (?:de |du |des |d'"
            "|de la |de l')TOPIC",
            "(?:quels?|lesquels) (?:sont )?DOCS (?:qui )?(?:portent|porte|sont|est) (?:sur|à propos de) TOPIC",
            "(?:quels?|lesquels) (?:sont )?DOCS (?:qui )?(?:concernent|concerne|mentionnent|mentionne|abordent"
            "|aborde|évoquent|évoque) TOPIC",
            "dans quels? DOCS (?:parle-t-on|est-il question|s'agit-il|trouve-t-on) (?:de |du |des |d')?TOPIC",
            "(?:y a-t-il|as-tu|avez-vous)(?: un)? DOCS (?:sur|à propos de|à propos du|concernant|qui parlent? "
            "de) TOPIC",
            "(?:montre|trouve|liste|donne)z?(?:-moi)? DOCS (?:sur|à propos de|concernant|qui parlent de) TOPIC",
        ),
        summary=(
            "de quoi (?:parle|parlent|traite|traitent) X",
            "de quoi (?:s'agit-il|est-il question|il s'agit|ça parle)(?: dans X)?",
            "(?:quel est|c'est quoi) le (?:sujet|thème|contenu|propos|but|thème principal|sujet principal) X",
            "résume[rz]?(?:-moi|-nous)?(?: X)?",
            "(?:fais|faites|faire|donne|donnez|donner|écris|écrivez|rédige|rédigez)(?:-moi|-nous)? (?:un |une "
            "|le |la )?(?:bref |brève |court "
            "|courte |petit |petite |rapide )*(?:résumé|aperçu|synthèse|vue d'ensemble|sommaire|table des "
            "matières)(?: X)?",
            "(?:un |le )?(?:résumé|sommaire|aperçu)(?: X)?",
            "(?:quels|quelles) sont les (?:principaux |principales |grands |grandes )?(?:points|idées|thèmes"
            "|sujets|éléments|messages"
            "|conclusions|chapitres|sections|parties)(?: (?:principaux|principales|clés|essentiels|importants"
            "|abordés|essentielles))?(?: X)?",
            "(?:quels|quelles) (?:thèmes|sujets|chapitres|parties|sections) (?:aborde|abordent|couvre|couvrent"
            "|traite|contient|comporte) X",
        ),
        said=(
            "que (?:contient|contiennent|dit|raconte|décrit) X",
            "qu'y a-t-il dans X",
            "(?:décris|décrivez|présente|présentez)(?:-moi)? X",
            "parle(?:-moi| moi) X",
        ),
        going_on="et|qu'en est-il|et pour|parle-moi|résume[rz]?|maintenant|numéro",
        ordinals=("premi(?:er|ère)", "deuxième|seconde?", "troisième", "quatrième", "cinquième"),
        number="Nombre de documents : {}",
        more="et {} de plus",
        parts="Sections",
    ),
    OverviewLanguage(
        "es",
        documents="documentos?|archivos?|ficheros?|pdfs?|adjuntos?",
        kinds="informes?|manual(?:es)?|guías?|artículos?|contratos?|libros?|políticas?|reglamentos?"
        "|presentación|presentaciones"
        "|cartas?|textos?|actas?|estudios?|notas",
        determiners="el|la|los|las|lo|del|de|al|este|esta|estos|estas|ese|esa|esos|esas|todos|todas|todo|mi|mis"
        "|tu|tus|su|sus"
        "|nuestro|nuestros|en|llamado|titulado|sobre|disponibles|adjunto|subidos|contenido",
        indefinite="un|una|unos|unas|algún|alguna",
        these="esto|eso|todo|todo esto|ello",
        polite="por favor|hola|puedes|puede|podrías|podría|me|nos|gracias|dime|dígame|brevemente"
        "|en (?:pocas|unas pocas|dos|tres|\\d+) (?:palabras|frases|líneas)",
        have="tienes|tiene|hay|tienes disponibles|están (?:disponibles|cargados|guardados)|que (?:tienes|tiene"
        "|hay|conoces|he subido)"
        "|existen|conoces|(?:he|te he) (?:subido|dado|enviado)|puedes (?:ver|leer|consultar)"
        "|(?:hay )?en (?:la|esta|mi|tu) (?:colección|base|biblioteca|base de conocimientos)",
        listing=(
            "(?:lista|listar|liste|enumera|enumere|muestra|muéstrame|muestre|muéstreme|dame|deme|nombra|di"
            "|enseña|enséñame|mostrar)"
            "(?: una lista| la lista| los nombres)? DOCS(?: HAVE)?",
            "(?:qué|cuáles) DOCS HAVE",
            "cuáles son DOCS(?: HAVE)?",
            "(?:la )?lista DOCS(?: HAVE)?",
        ),
        counting=("cuántos DOCS(?: HAVE)?(?: en total)?", "(?:cuál es )?el número(?: total)? DOCS(?: HAVE)?"),
        finding=(
            "(?:qué|cuáles|cuál) (?:de )?DOCS (?:tratan|trata|hablan|habla) (?:de|del|sobre|acerca de) TOPIC",
            "(?:qué|cuáles|cuál) (?:de )?DOCS (?:son|es|están|versan) (?:sobre|acerca de) TOPIC",
            "(?:qué|cuáles|cuál) (?:de )?DOCS (?:mencionan|menciona|abordan|aborda) TOPIC",
            "en qué DOCS (?:se habla|se trata|se menciona|se mencionan|aparece|aparecen) (?:de |del |sobre )?TOPIC",
            "(?:hay|tienes|tiene)(?: algún| algunos)? DOCS (?:sobre|acerca de|que (?:hablen|traten) de) TOPIC",
            "(?:muéstrame|muestra|lista|busca|encuentra|dame) DOCS (?:sobre|acerca de) TOPIC",
        ),
        summary=(
            "(?:de|sobre) qué (?:trata|tratan|habla|hablan|va|van)(?: X)?",
            "(?:cuál es|qué es) (?:el|la) (?:tema|contenido|asunto|idea principal|tema principal|propósito) X",
            "(?:resume|resumir|resuma|resúmeme|resumen|resumí)(?: X)?",
            "(?:haz|hazme|haga|dame|deme|escribe|redacta|dar|hacer)(?: un| una| el)? (?:breve |corto |pequeño )"
            "*(?:resumen|visión general"
            "|síntesis|índice|panorama)(?: (?:breve|corto|general))?(?: X)?",
            "(?:un |el )?(?:breve )?(?:resumen|índice)(?: X)?",
            "(?:cuáles son|dame|enumera) (?:los|las) (?:principales |más importantes )?(?:puntos|ideas|temas"
            "|mensajes|conclusiones|partes"
            "|secciones|aspectos)(?: (?:principales|clave|centrales|más importantes|importantes))?(?: X)?",
            "qué (?:temas|secciones|capítulos|partes) (?:cubre|cubren|abarca|trata|aborda|contiene|tiene) X",
        ),
        said=(
            "qué (?:contiene|contienen|dice|dicen|incluye|describe) X",
            "qué hay en X",
            "(?:describe|explica|descríbeme)(?: X)",
            "(?:háblame|cuéntame)(?: algo| más)? (?:de|del|sobre) X",
        ),
        going_on="y|qué hay|qué tal|háblame|resume|ahora|número",
        ordinals=("primer[oa]?", "segund[oa]", "tercer[oa]?", "cuart[oa]", "quint[oa]"),
        number="Número de documentos: {}",
        more="y {} más",
        parts="Secciones",
    ),
    OverviewLanguage(
        "it",
        documents="document[oi]|file|files|pdf|allegat[oi]",
        kinds="manual[ei]|guid[ae]|relazion[ei]|rapport[oi]|articol[oi]|contratt[oi]|libr[oi]|regolament[oi]"
        "|politic(?:a|he)"
        "|presentazion[ei]|letter[ae]|test[oi]|verbal[ei]|not[ae]",
        determiners="il|lo|la|i|gli|le|l'|del|dello|della|dei|degli|delle|dell'|di|nel|nello|nella|nei|negli"
        "|nelle|nell'|questo"
        "|questa|questi|queste|quest'|quel|quello|quei|tutti|tutte|tutto|mio|mia|miei|tuoi|tuo|suo|nostro"
        "|nostri|in|su|sul|sulla"
        "|intitolato|chiamato|disponibili|caricati|allegato|intero|contenuto",
        indefinite="un|uno|una|un'|qualche",
        these="questo|ciò|tutto|tutto questo",
        polite="per favore|per piacere|ciao|salve|puoi|può|potresti|potrebbe|mi|ci|grazie|dimmi|brevemente"
        "|in (?:poche|due|tre|\\d+) (?:parole|frasi|righe)",
        have="hai|avete|ha|ci sono|c'è|sono (?:disponibili|presenti|caricati|salvati)|che (?:hai|avete|ci sono"
        "|conosci|ho caricato)"
        "|conosci|ho caricato|disponibili|puoi (?:vedere|leggere|consultare)"
        "|(?:ci sono )?nella (?:raccolta|collezione|base|biblioteca|base di conoscenza)",
        listing=(
            "(?:elenca|elencami|elencare|mostra|mostrami|mostrare|dammi|nomina|fammi vedere)(?: un elenco| "
            "l'elenco| la lista| i nomi)?"
            " DOCS(?: HAVE)?",
            "(?:quali|che) DOCS HAVE",
            "quali sono DOCS(?: HAVE)?",
            "(?:la lista|l'elenco|elenco|lista) DOCS(?: HAVE)?",
        ),
        counting=("quanti DOCS(?: HAVE)?(?: in totale)?", "(?:qual è )?il numero(?: totale)? DOCS(?: HAVE)?"),
        finding=(
            "qual[ei] (?:di |dei )?DOCS (?:parlano|parla|trattano|tratta) (?:di |del |della |dei |delle |dell')?TOPIC",
            "qual[ei] (?:di |dei )?DOCS (?:riguardano|riguarda|menzionano|menziona|citano) TOPIC",
            "in qual[ei] DOCS (?:si parla|si tratta|è menzionat[oa]|compare|compaiono) (?:di |del |della |dei "
            "|delle )?TOPIC",
            "(?:ci sono|c'è|hai)(?: qualche| dei| un)? DOCS (?:su|sul|sulla|sulle|sui|sugli|riguardo a|che "
            "parlano di) TOPIC",
            "(?:mostrami|elenca|trova|dammi) DOCS (?:su|sul|sulla|sulle|sui|sugli|che parlano di) TOPIC",
        ),
        summary=(
            "di (?:che )?(?:cosa|che) (?:parla|parlano|tratta|trattano|si tratta)(?: X)?",
            "qual è (?:il|l'|lo) ?(?:argomento|tema|contenuto|scopo|argomento principale|idea principale) X",
            "(?:riassumi|riassumimi|riassumere|riassuma|sintetizza)(?: X)?",
            "(?:fai|fammi|dammi|scrivi|dare|fare|fornisci)(?: un| una| il)? (?:breve )*(?:riassunto|panoramica"
            "|sintesi|sommario|indice)"
            "(?: (?:breve|generale))?(?: X)?",
            "(?:un |il )?(?:breve )?(?:riassunto|sommario|panoramica)(?: X)?",
            "quali sono (?:i|le|gli) (?:principali |più importanti )?(?:punti|idee|temi|argomenti|messaggi"
            "|conclusioni|sezioni|parti|aspetti)"
            "(?: (?:principali|chiave|salienti|più importanti|centrali))?(?: X)?",
            "quali (?:temi|argomenti|sezioni|capitoli) (?:copre|coprono|tratta|trattano|contiene|affronta) X",
        ),
        said=(
            "(?:che )?cosa (?:contiene|contengono|dice|dicono|descrive) X",
            "(?:che )?cosa c'è X",
            "(?:descrivi|spiega|descrivimi) X",
            "parlami X",
        ),
        going_on="e|che mi dici|parlami|riassumi|ora|numero",
        ordinals=("prim[oa]", "second[oa]", "terz[oa]", "quart[oa]", "quint[oa]"),
        number="Numero di documenti: {}",
        more="e altri {}",
        parts="Sezioni",
    ),
    OverviewLanguage(
        "pt",
        documents="documentos?|arquivos?|ficheiros?|pdfs?|anexos?",
        kinds="relatórios?|manua(?:l|is)|guias?|artigos?|contratos?|livros?|políticas?|regulamentos?"
        "|apresentaç(?:ão|ões)|cartas?"
        "|textos?|atas?|estudos?|notas",
        determiners="o|a|os|as|do|da|dos|das|de|no|na|nos|nas|em|este|esta|estes|estas|esse|essa|esses|essas"
        "|deste|desta|destes"
        "|desse|dessa|desses|neste|nesse|todos|todas|todo|meu|meus|minha|seu|seus|nosso|nossos|chamado"
        "|intitulado|sobre|disponíveis"
        "|anexado|enviados|conteúdo",
        indefinite="um|uma|uns|umas|algum|alguma",
        these="isto|isso|tudo|tudo isto|tudo isso|disto|disso",
        polite="por favor|olá|oi|você pode|podes|pode|poderia|me|nos|obrigado|obrigada|diga-me|diz-me|brevemente"
        "|em (?:poucas|duas|três|\\d+) (?:palavras|frases|linhas)",
        have="você tem|tens|tem|há|existem|estão (?:disponíveis|carregados|guardados)"
        "|que (?:você tem|tens|tem|há|existem|conhece|enviei|carreguei)|você conhece|(?:eu )?(?:enviei|carreguei)"
        "|(?:você )?(?:pode|consegue) (?:ver|ler|consultar)|disponíveis"
        "|(?:há |existem )?na (?:coleção|base|biblioteca|base de conhecimento)",
        listing=(
            "(?:liste|lista|listar|mostre|mostra|mostrar|enumere|enumera|dê|dá|nomeie|cite)(?:-me)?(?: uma "
            "lista| a lista| os nomes)?"
            " DOCS(?: HAVE)?",
            "(?:que|quais) DOCS HAVE",
            "quais são DOCS(?: HAVE)?",
            "(?:a )?lista DOCS(?: HAVE)?",
        ),
        counting=("quantos DOCS(?: HAVE)?(?: no total| ao todo)?", "(?:qual é )?o número(?: total)? DOCS(?: HAVE)?"),
        finding=(
            "(?:que|quais|qual) (?:de )?DOCS (?:falam|fala|tratam|trata) (?:de |do |da |dos |das |sobre )TOPIC",
            "(?:que|quais|qual) (?:de )?DOCS (?:são|é) sobre TOPIC",
            "(?:que|quais|qual) (?:de )?DOCS (?:mencionam|menciona|abordam|aborda) TOPIC",
            "em (?:que|quais) DOCS (?:se fala|se trata|é mencionad[oa]|aparece|aparecem) (?:de |do |da |sobre )?TOPIC",
            "(?:há|existem|você tem|tens|tem)(?: algum| alguns)? DOCS (?:sobre|a respeito de|que falem de) TOPIC",
            "(?:mostre|liste|encontre|procure|dê)(?:-me)? DOCS sobre TOPIC",
        ),
        summary=(
            "(?:de|do|sobre) (?:o )?que (?:trata|tratam|fala|falam|se trata)(?: X)?",
            "qual (?:é )?(?:o|a) (?:tema|conteúdo|assunto|ideia principal|tema principal|objetivo) X",
            "(?:resuma|resume|resumir|resumo|sintetize)(?: X)?",
            "(?:faça|faz|fazer|dê|dá|dar|escreva|escreve|forneça)(?:-me)?(?: um| uma| o)? (?:breve |pequeno "
            "|curto )*(?:resumo|visão geral"
            "|síntese|sumário|índice)(?: (?:breve|geral))?(?: X)?",
            "(?:um |o )?(?:breve )?(?:resumo|sumário)(?: X)?",
            "quais são (?:os|as) (?:principais |mais importantes )?(?:pontos|ideias|temas|assuntos|mensagens"
            "|conclusões|seções|partes|tópicos)"
            "(?: (?:principais|chave|centrais|mais importantes))?(?: X)?",
            "(?:que|quais) (?:temas|assuntos|tópicos|seções|capítulos) (?:cobre|cobrem|aborda|abordam|trata"
            "|contém|são tratados) X",
        ),
        said=(
            "o que (?:contém|diz|dizem|descreve|inclui) X",
            "o que (?:há|tem|está) X",
            "(?:descreva|explique|descreve) X",
            "(?:fale|fala|conte)(?:-me)?(?: mais| algo)? (?:de|do|da|sobre) X",
        ),
        going_on="e|que tal|e quanto|fale|resuma|agora|número",
        ordinals=("primeir[oa]", "segund[oa]", "terceir[oa]", "quart[oa]", "quint[oa]"),
        number="Número de documentos: {}",
        more="e mais {}",
        parts="Seções",
    ),
    OverviewLanguage(
        "nl",
        documents="document(?:en)?|bestand(?:en)?|pdf(?:'s|s)?|stuk(?:ken)?|bijlagen?",
        kinds="handleiding(?:en)?|gids(?:en)?|rapport(?:en)?|verslag(?:en)?|artikel(?:en)?|boek(?:en)?|beleid"
        "|contract(?:en)?"
        "|brief|brieven|presentaties?|notulen|tekst(?:en)?|reglement(?:en)?|regeling(?:en)?",
        determiners="de|het|dit|deze|die|dat|alle|al|mijn|onze|jouw|je|uw|van|in|over|genaamd|getiteld"
        "|geüploade|bijgevoegde"
        "|beschikbare|hele|gehele|met de naam|inhoud",
        indefinite="een|enkele",
        these="dit|dat|het|alles|deze|hier",
        polite="alsjeblieft|alstublieft|aub|hallo|kun je|kunt u|kan je|zou je|wil je|mij|me|ons|even|kort"
        "|bedankt|zeg me"
        "|in (?:een paar|twee|drie|\\d+) (?:woorden|zinnen)",
        have="heb je|heeft u|hebt u|je hebt|u heeft|u hebt|zijn er(?: beschikbaar)?|er zijn|ken je|kent u"
        "|zijn (?:beschikbaar|opgeslagen|geladen|aanwezig)|(?:die )?(?:je hebt|u heeft|u hebt|er zijn|ik heb "
        "geüpload)"
        "|heb ik (?:geüpload|gegeven)|kun je (?:zien|lezen|doorzoeken)|(?:staan |zitten |zijn er )?in (?:de"
        "|deze|mijn|jouw|uw) "
        "(?:verzameling|collectie|kennisbank|database|bibliotheek)",
        listing=(
            "(?:toon|geef|noem|lijst|som|laat)(?: een (?:lijst|overzicht)| de namen)? DOCS(?: (?:die )?HAVE)"
            "?(?: op| zien| weer)?",
            "(?:welke|wat voor) DOCS HAVE",
            "wat zijn DOCS(?: HAVE)?",
            "(?:een )?lijst(?: met)? DOCS(?: HAVE)?",
        ),
        counting=("hoeveel DOCS(?: HAVE)?(?: in totaal)?", "(?:wat is )?het aantal DOCS(?: HAVE)?"),
        finding=(
            "welke?(?: van)? DOCS (?:gaan|gaat|handelen|handelt) over TOPIC",
            "welke?(?: van)? DOCS (?:zijn|is) over TOPIC",
            "welke?(?: van)? DOCS (?:noemen|noemt|behandelen|behandelt|vermelden|vermeldt) TOPIC",
            "in welke? DOCS (?:gaat het over|wordt|worden|komt|komen|staat iets over) TOPIC(?: voor| genoemd| "
            "besproken)?",
            "(?:zijn er|heb je|heeft u|is er)(?: een)? DOCS (?:over|met betrekking tot) TOPIC",
            "(?:toon|geef|zoek|noem) DOCS over TOPIC",
        ),
        summary=(
            "waar (?:gaat|gaan) X over",
            "waarover (?:gaat|gaan) X",
            "wat is (?:het|de) (?:onderwerp|thema|inhoud|doel|hoofdonderwerp) van X",
            "(?:vat|vat u) (?:X )?samen",
            "X samenvatten",
            "(?:geef|maak|schrijf|geven|maken)(?: me| mij| ons)?(?: een| de)? (?:korte |kleine )*"
            "(?:samenvatting|overzicht|inhoudsopgave)"
            "(?: (?:van|over) X)?",
            "(?:een |de |het )?(?:korte )?(?:samenvatting|overzicht|inhoudsopgave)(?: (?:van|over) X)?",
            "wat zijn de (?:belangrijkste|voornaamste) (?:punten|onderwerpen|thema's|ideeën|conclusies"
            "|boodschappen|onderdelen)"
            "(?: (?:van|in|uit) X)?",
            "wat zijn de (?:hoofdpunten|kernpunten|hoofdonderwerpen)(?: (?:van|in|uit) X)?",
            "welke (?:onderwerpen|thema's|hoofdstukken|onderdelen) (?:behandelt|behandelen|bevat|bevatten|heeft"
            "|staan in) X",
        ),
        said=(
            "wat staat er in X",
            "wat (?:bevat|bevatten|zegt|zeggen|beschrijft) X",
            "(?:beschrijf|leg) X(?: uit)?",
            "vertel(?: iets| meer)? over X",
        ),
        going_on="en|hoe zit het met|wat staat er in|vertel over|nu|nummer",
        ordinals=("eerste", "tweede", "derde", "vierde", "vijfde"),
        number="Aantal documenten: {}",
        more="en nog {}",
        parts="Onderdelen",
    ),
    OverviewLanguage(
        "ru",
        documents="документ(?:ы|а|ов|е|у|ом|ах|ами|ам)?|файл(?:ы|а|ов|е|у|ом|ах|ами|ам)?|pdf",
        kinds="отчёт[а-я]{0,2}|отчет[а-я]{0,2}|руководств[а-я]{0,2}|инструкци[а-я]{0,2}|статья|статьи|статью"
        "|статье|книг[а-я]{0,2}"
        "|договор[а-я]{0,2}|политик[а-я]{0,2}|положени[а-я]{0,2}|письм[а-я]{0,2}|презентаци[а-я]{0,2}"
        "|текст[а-я]{0,2}|протокол[а-я]{0,2}",
        determiners="этот|эта|это|эти|этого|этой|этих|этом|этому|все|всех|весь|всего|мои|моих|мой|моего|наши"
        "|наших|твои|твоих|ваши"
        "|ваших|в|во|о|об|по|из|загруженные|загруженных|доступные|доступных|имеющиеся|имеющихся|данный|данного"
        "|данном|под названием"
        "|содержание|целиком|весь",
        indefinite="какой-то|некий|любой",
        these="это|этот|всё|все|нём|нем|этом|здесь",
        polite="пожалуйста|привет|здравствуйте|можешь|можете|мог бы ты|не могли бы вы|мне|нам|кратко|вкратце"
        "|спасибо|скажи|скажите"
        "|в (?:двух|трёх|трех|нескольких) (?:словах|предложениях)",
        have="у тебя есть|у вас есть|есть у тебя|есть у вас|есть|имеются|имеется|у тебя|у вас|тебе доступны|вам "
        "доступны|доступны|загружено"
        "|загружены|я загрузил[аи]?|ты знаешь|вы знаете|которые у тебя есть|которые у вас есть|которые я "
        "загрузил[аи]?"
        "|(?:есть |хранится |находится )?в (?:этой |твоей |вашей )?(?:базе|коллекции|библиотеке|базе знаний"
        "|хранилище)",
        listing=(
            "(?:перечисли|перечислите|покажи|покажите|назови|назовите|выведи|выведите|дай|дайте)(?: список| "
            "названия)? DOCS(?:,? HAVE)?",
            "(?:какие|какими) DOCS(?: HAVE)",
            "какие (?:у тебя|у вас) (?:есть )?DOCS",
            "какие есть DOCS",
            "список DOCS(?: HAVE)?",
        ),
        counting=(
            "сколько(?: всего)? DOCS(?: HAVE)?",
            "сколько (?:у тебя|у вас)(?: есть| всего)? DOCS",
            "(?:каково )?количество DOCS(?: HAVE)?",
        ),
        finding=(
            "(?:какие|какой|какая)(?: из)? DOCS (?:посвящены|посвящён|посвящен) TOPIC",
            "(?:какие|какой)(?: из)? DOCS (?:рассказывают|рассказывает|говорят|говорит|упоминают|упоминает) "
            "(?:о |об |про )?TOPIC",
            "(?:какие|какой)(?: из)? DOCS (?:о|об|про|относятся к) TOPIC",
            "в (?:каких|каком)(?: из)? DOCS (?:говорится|рассказывается|упоминается|упоминаются|идёт речь|идет "
            "речь|речь идёт) (?:о |об |про )?TOPIC",
            "есть ли(?: у тебя| у вас)? DOCS (?:о|об|про|по теме) TOPIC",
            "(?:покажи|найди|перечисли|дай) DOCS (?:о|об|про|по теме) TOPIC",
        ),
        summary=(
            "(?:о|про) (?:чём|чем|что) (?:говорится |рассказывается |идёт речь |идет речь |речь )?X",
            "(?:о|про) (?:чём|чем) (?:идёт|идет) речь(?: X)?",
            "чему посвящ(?:ён|ен|ены|ена) X",
            "(?:какова|какая) (?:тема|основная тема|главная мысль|основная мысль) X",
            "(?:каково|какое) (?:содержание|основное содержание) X",
            "(?:кратко )?(?:изложи|изложите|перескажи|перескажите|обобщи|обобщите|резюмируй|резюмируйте"
            "|суммируй)(?: X)?",
            "(?:сделай|сделайте|дай|дайте|напиши|напишите|составь|составьте)(?: краткое| краткий| краткую)? "
            "(?:резюме|обзор|пересказ|содержание"
            "|сводку|изложение|оглавление)(?: X)?",
            "(?:краткое |краткий )?(?:резюме|обзор|пересказ|оглавление)(?: X)?",
            "(?:каковы|какие|назови|перечисли) (?:основные|главные|ключевые) (?:мысли|идеи|темы|пункты"
            "|положения|тезисы|выводы|моменты|разделы)"
            "(?: X)?",
            "какие темы (?:охватывает|рассматривает|затрагивает|рассматриваются|затрагиваются|освещает) X",
        ),
        said=(
            "что (?:содержит|содержится|написано|говорится|есть|описывает|находится) X",
            "(?:опиши|опишите) X",
            "расскажи(?:те)?(?: подробнее)? (?:о|об|про) X",
        ),
        going_on="а|и|что насчёт|что насчет|что с|расскажи|теперь|номер",
        ordinals=("перв[а-я]+", "втор[а-я]+", "трет[а-я]+", "четв[её]рт[а-я]+", "пят[а-я]+"),
        number="Количество документов: {}",
        more="и ещё {}",
        parts="Разделы",
    ),
    OverviewLanguage(
        "ar",
        documents="(?:ال|لل|بال)?(?:مستند|مستندات|وثيقة|وثائق|ملف|ملفات)|pdf",
        kinds="(?:ال|لل)?(?:تقرير|تقارير|دليل|كتاب|كتب|مقال|مقالة|عقد|سياسة|رسالة|عرض|نص|لائحة|تعليمات)",
        determiners="هذا|هذه|هذين|تلك|ذلك|جميع|كل|كافة|في|من|عن|المرفوعة|المرفقة|المتاحة|المتوفرة|المرفق|بعنوان"
        "|المسمى|محتوى|كاملا|بالكامل",
        indefinite="أي|ما",
        these="هذا|هذه|ذلك|الكل|كل شيء",
        polite="من فضلك|لو سمحت|رجاء|رجاءً|مرحبا|هل يمكنك|هل تستطيع|هل يمكن ان|لي|لنا|باختصار|بايجاز|شكرا|قل لي"
        "|اخبرني"
        "|في (?:بضع|جملتين|ثلاث) ?(?:كلمات|جمل)?",
        have="لديك|عندك|لديكم|عندكم|المتوفرة لديك|المتاحة لديك|التي لديك|التي عندك|المتاحة|المتوفرة|الموجودة"
        "|موجودة|متاحة|متوفرة|هناك|تعرفها"
        "|يوجد|توجد|التي رفعتها|رفعتها|في (?:المجموعة|قاعدة المعرفة|المكتبة|المخزن)",
        listing=(
            "(?:اذكر|اعرض|اسرد|عدد|ادرج|اعطني|اظهر|ارني)(?: قائمة| قائمة ب| اسماء)? ?DOCS(?: HAVE)?",
            "ما(?: هي)? DOCS(?: HAVE)",
            "(?:اي|ما هي) DOCS HAVE",
            "قائمة(?: ب)? ?DOCS(?: HAVE)?",
        ),
        counting=("كم (?:عدد )?DOCS(?: HAVE)?", "كم DOCS(?: HAVE)?", "(?:ما(?: هو)? )?عدد DOCS(?: HAVE)?"),
        finding=(
            "(?:اي|ما هي|ما)(?: من)? DOCS (?:التي )?(?:تتحدث|يتحدث|تدور|تتناول|يتناول|تذكر|يذكر|تتعلق|يتعلق) "
            "(?:عن |حول |ب)?TOPIC",
            "(?:اي|ما هي|ما)(?: من)? DOCS (?:حول|عن) TOPIC",
            "في اي DOCS (?:يذكر|تذكر|ورد|وردت|ذكر|ذكرت) TOPIC",
            "هل (?:لديك|عندك|توجد|يوجد|هناك)(?: اي)? DOCS (?:عن|حول|بخصوص|تتحدث عن) TOPIC",
            "(?:اعرض|اعطني|اذكر) DOCS (?:عن|حول|بخصوص) TOPIC",
        ),
        summary=(
            "(?:عن ماذا|عم|عما|عن اي شيء|حول ماذا) (?:يتحدث|تتحدث|يدور|تدور) X",
            "عن ماذا X",
            "(?:ماذا|ما) (?:يتناول|تتناول) X",
            "ما(?: هو| هي)? (?:موضوع|محتوى|مضمون|ملخص|الفكرة الرئيسية ل|فكرة) ?X",
            "(?:لخص|لخصي|لخصوا|تلخيص|ملخص|اختصر|خلاصة)(?: لي| لنا)?(?: X)?",
            "(?:اعطني|اكتب|قدم|اعمل)(?: لي)? (?:ملخصا|ملخص|نظرة عامة|موجزا|خلاصة)(?: (?:عن|ل|حول))?(?: ?X)?",
            "ما هي (?:النقاط|الافكار|المواضيع|الموضوعات|الاستنتاجات|الاقسام) (?:الرئيسية|الاساسية|المهمة)(?: X)?",
            "ما(?: هي)? اهم (?:النقاط|الافكار|المواضيع)(?: X)?",
            "ما هي (?:المواضيع|الموضوعات|الاقسام) التي (?:يغطيها|تغطيها|يتناولها|تتناولها) X",
        ),
        said=("ماذا (?:يحتوي|يوجد|يقول|تقول|تحتوي)(?: في| على)? X", "(?:صف|اشرح) X", "(?:حدثني|اخبرني) عن X"),
        going_on="و|ماذا عن|وماذا عن|لخص|رقم",
        ordinals=(
            "و?(?:ال)?(?:اول|اولى)",
            "و?(?:ال)?(?:ثاني|ثانية)",
            "و?(?:ال)?(?:ثالث|ثالثة)",
            "و?(?:ال)?(?:رابع|رابعة)",
            "و?(?:ال)?(?:خامس|خامسة)",
        ),
        number="عدد المستندات: {}",
        more="و{} أخرى",
        parts="الأقسام",
    ),
    OverviewLanguage(
        "hi",
        documents="दस्तावेज़ों|दस्तावेज़|दस्तावेजों|दस्तावेज|फ़ाइलों|फ़ाइलें|फ़ाइल|फाइलों|फाइलें|फाइल|pdf|डॉक्यूमेंट|डॉक्युमेंट|डॉक्यूमेंट्स",
        kinds="रिपोर्ट|मैनुअल|गाइड|लेख|किताब|पुस्तक|नीति|अनुबंध|पत्र|प्रस्तुति|नियमावली|पाठ",
        determiners="यह|इस|ये|इन|वह|उस|सभी|सारे|सारी|सब|मेरे|मेरी|आपके|हमारे|का|की|के|में|को|पूरे|पूरी|पूरा"
        "|उपलब्ध|अपलोड|किए|गए|नामक|नाम|के बारे में"
        "|वाले|वाली|वाला",
        indefinite="एक|कोई",
        these="यह|इस|ये|इसमें|इन|सब|सब कुछ",
        polite="कृपया|नमस्ते|क्या आप|क्या तुम|मुझे|हमें|संक्षेप में|थोड़े में|धन्यवाद|सकते हैं|बताइए|बताओ|बताएं|दीजिए|दो|दें|कीजिए|करें|करो|कर",
        have="आपके पास हैं|आपके पास है|आपके पास|तुम्हारे पास हैं|तुम्हारे पास|हैं|है|उपलब्ध हैं|मौजूद हैं|मैंने "
        "अपलोड किए हैं|मैंने अपलोड की हैं"
        "|(?:इस )?(?:संग्रह|स्टोर|लाइब्रेरी) में(?: हैं)?",
        listing=(
            "(?:आपके पास (?:मौजूद |उपलब्ध )?)?DOCS (?:की|का) सूची(?: दिखाइए| दिखाओ| दिखाएं| बनाइए| बनाओ)?",
            "(?:आपके पास |तुम्हारे पास )?(?:कौन|कौन-|कौन से|कौन-से|कौन सी|कौन-सी|कौनसे|क्या|क्या क्या) DOCS HAVE",
            "DOCS (?:दिखाइए|दिखाओ|दिखाएं|गिनाइए)",
            "DOCS (?:के नाम)",
        ),
        counting=(
            "(?:आपके पास |तुम्हारे पास )?(?:कुल )?कितने DOCS(?: HAVE)?",
            "(?:आपके पास |तुम्हारे पास )?(?:कुल )?कितनी DOCS(?: HAVE)?",
            "DOCS की (?:कुल )?संख्या(?: कितनी है| क्या है)?",
        ),
        finding=(
            "(?:कौन से|कौन-से|कौनसे|कौन सा|कौन-सा|कौन सी|कौन-सी) DOCS TOPIC के बारे में(?: है| हैं| बात करते हैं| बताते हैं)?",
            "TOPIC के बारे में (?:कौन से|कौन-से|कौनसे|कौन सा|कौन-सा|कौन सी|कौन-सी) DOCS(?: हैं| है)?",
            "(?:किस|किन) DOCS (?:TOPIC) (?:का|की|के) (?:उल्लेख|ज़िक्र|वर्णन)(?: है| हैं)?",
            "क्या (?:आपके पास )?TOPIC के बारे में (?:कोई )?DOCS (?:है|हैं)",
        ),
        summary=(
            "X किस (?:बारे|विषय) (?:में|पर) (?:है|हैं|बात करता है|बताता है)",
            "X किसके बारे में (?:है|हैं)",
            "X (?:का|की) (?:विषय|मुख्य विषय|सार|सारांश|मुख्य बात) क्या है",
            "X (?:का|की) (?:संक्षिप्त )?(?:सारांश|सार|संक्षेप|अवलोकन|रूपरेखा)(?: लिखिए| लिखो| बनाइए)?",
            "(?:सारांश|संक्षेप)",
            "(?:X (?:के|की) )?मुख्य (?:बिंदु|बातें|विचार|विषय|निष्कर्ष)(?: क्या हैं| क्या है| कौन से हैं)?",
            "X कौन से विषय(?:ों)? (?:को )?(?:शामिल हैं|कवर करता है|बताता है)",
        ),
        said=("X (?:में )?क्या (?:है|लिखा है|लिखा हुआ है|कहता है|कहा गया है)", "X के बारे में", "X का वर्णन"),
        going_on="और|क्या|अब|नंबर|बारे",
        ordinals=("पहल[ाेी]", "दूसर[ाेी]", "तीसर[ाेी]", "चौथ[ाेी]", "पा[ँं]चव(?:ा[ँं]|ें|ीं)"),
        number="दस्तावेज़ों की संख्या: {}",
        more="और {} अन्य",
        parts="अनुभाग",
    ),
    OverviewLanguage(
        "zh",
        documents="文档|文檔|文件|档案|檔案|资料|資料|pdf",
        kinds="报告|報告|手册|手冊|指南|文章|书|書|政策|合同|合約|协议|信|演示文稿|论文|論文|规定|規定|教程"
        "|说明书|文本",
        determiners="这个|这份|这篇|这本|这些|這個|這份|這篇|這些|那个|那份|该|此|本|所有|全部|所有的|全部的"
        "|我的|你的|您的|我们的|的|上传的|上傳的|已上传|已有|现有|可用"
        "|里|裡|中|各个|每个|每份|整个|整份|关于|關於|名为|叫|内容|一下",
        indefinite="一个|一份|某个|一篇|任何",
        these="这|這|这个|它|全部|这里|上面",
        polite="请|請|你好|您好|能否|能不能|可以|可否|麻烦你|麻煩|帮我|幫我|给我|給我|一下|简单|简要|简短地"
        "|简要地|谢谢|告诉我|用几句话|用一句话|吗|呢|地",
        have="你有|您有|有|都有|你知道|在你的知识库里|在知识库中|在知识库里|库里有|库中有|可以访问|能访问"
        "|我上传了|我上传的|目前有|现在有",
        listing=(
            "(?:列出|列举|列舉|显示|顯示|展示|罗列)(?:你有|您有|你拥有|知识库中|库里|HAVE)?的?DOCS(?:列表|清单"
            "|名称|的名称|的列表|的清单)?",
            "(?:HAVE)?(?:哪些|什么|什麼|哪几个)DOCS(?:HAVE)?",
            "DOCS(?:HAVE)?(?:有)?(?:哪些|哪几个)",
            "DOCS(?:列表|清单|清單)",
        ),
        counting=(
            "(?:HAVE|一共有|总共有|共有|一共|总共)*(?:多少|几)(?:个|份|篇|個)?DOCS(?:HAVE)?",
            "DOCS(?:的)?(?:数量|總數|总数)(?:是多少|有多少)?",
            "(?:DOCS)(?:一共|总共|共)?有(?:多少|几)(?:个|份|篇)",
        ),
        finding=(
            "(?:哪些|哪个|哪份|哪几个|什么)DOCS(?:是)?(?:关于|關於|有关|涉及|讲|讲述|讨论|提到|提及|介绍|谈到)"
            "(?:到|了)?TOPIC(?:的)?",
            "(?:有|有没有|你有|是否有|有哪些|你有没有)(?:哪些)?(?:关于|關於|有关|涉及)TOPIC的DOCS",
            "(?:关于|關於|有关)TOPIC的DOCS(?:有哪些|有吗)",
            "(?:列出|找出|显示)(?:所有|全部)?(?:关于|關於|有关)TOPIC的DOCS",
        ),
        summary=(
            "X(?:主要|大概|都|是)*(?:讲|講|说|說|介绍|关于|討論|讨论|谈|写)(?:了|的是|的|述了|述)?(?:些)"
            "?(?:什么|什麼|啥)(?:内容|的|事)?",
            "(?:总结|總結|概括|概述|归纳|摘要|简述|概要)(?:总结|说明)?(?:X)?(?:的?(?:主要|核心)?(?:内容|要点))?",
            "(?:把|将)X(?:总结|概括|归纳)",
            "(?:写|做|提供|给出|生成)?(?:一个|一份|个|份)?(?:关于|對|对)?X(?:的)?(?:摘要|总结|總結|概要|概述"
            "|概览|大纲|大綱|目录|提要|梗概)",
            "(?:X的?)?(?:主要|核心|关键|重要|重点)(?:的)?(?:内容|要点|观点|主题|论点|思想|信息|点|章节|結論"
            "|结论)(?:是什么|有哪些|是哪些|是什麼)?",
            "X的?(?:主题|主旨|大意|要点|内容|主題|內容)(?:是什么|有哪些|是什麼)?",
            "X(?:涵盖|包括|涉及|包含|讨论)(?:了)?(?:哪些|什么)(?:主题|内容|话题|章节|方面)",
        ),
        said=("X(?:里面|里|中|上)?(?:有|写了|写着|包含|说)(?:什么|哪些内容|啥)", "(?:描述|介绍|介紹|讲讲|说说)X"),
        going_on="那么|那|还有|呢|怎么样|总结|现在|个|份|篇|項|号",
        ordinals=("第一|第1", "第二|第2", "第三|第3", "第四|第4", "第五|第5"),
        number="文档数量：{}",
        more="另有 {} 个",
        parts="章节",
    ),
    OverviewLanguage(
        "ja",
        documents="文書|ドキュメント|ファイル|資料|書類|pdf",
        kinds="報告書|レポート|マニュアル|ガイド|手引き|記事|論文|本|規程|規定|契約書|手紙|プレゼン|説明書"
        "|テキスト|ポリシー",
        determiners="この|その|あの|これらの|それらの|すべての|全ての|全部の|私の|あなたの|の|という"
        "|アップロードした|アップロードされた|添付の|手元の|ある|持っている"
        "|利用できる|利用可能な|登録されている|登録された|各|中の|内の|に|について|に関する|内容",
        indefinite="ある|何かの|一つの",
        these="これ|それ|これら|全部|すべて|ここ",
        polite="こんにちは|お願いします|おねがいします|ください|下さい|してください|して下さい|して"
        "|もらえますか|いただけますか|くれますか|教えて|簡単に|簡潔に|短く|を教えて|ね|よ"
        "|ありますか|ですか|でしょうか|ますか",
        have="ありますか|あります|ある|がありますか|がある|を持っていますか|持っていますか|持っています"
        "|をお持ちですか|が登録されていますか|を知っていますか|利用できますか",
        listing=(
            "DOCS(?:の|を)?(?:一覧|リスト|名前|リストアップ|列挙)(?:を)?(?:表示|見せ|示|作成|出|し)?(?:て|し)?",
            "(?:どんな|どの|何の|どのような|どういう)DOCS(?:は|が|を)?(?:HAVE)?",
            "DOCS(?:は|に)?(?:何|なに|どれ|どんなもの)(?:が)?(?:HAVE)?",
        ),
        counting=(
            "DOCS(?:は|が)?(?:全部で|合計)?(?:いくつ|何件|何個|何本|何冊|何通)(?:HAVE)?",
            "(?:いくつ|何件|何個)の?DOCS(?:が|を)?(?:HAVE)?",
            "DOCSの(?:数|件数|総数)(?:は)?(?:いくつ|何件)?",
        ),
        finding=(
            "TOPIC(?:に関する|についての|について書かれた|に関連する|を扱った|を扱う)DOCS(?:は|を|が)?(?:どれ"
            "|どれです|HAVE|何)?(?:か)?",
            "(?:どの|どんな)DOCS(?:が|は)TOPIC(?:について|に関するもの|に関して|を扱って|に言及して)(?:です"
            "|書かれて|述べて|い)*(?:か)?",
        ),
        summary=(
            "X(?:は|には|では)?(?:、)?(?:何|なに)(?:について|に関するもの|に関して|の話|が書かれて|を扱って)"
            "(?:の)?(?:もの|文書|ドキュメント|書かれて|述べて|説明して|いる|い|です)*(?:か)?",
            "(?:X(?:を|の|について))?(?:要約|まとめ|概要|サマリー|あらすじ|要旨|概略|目次)(?:を)?(?:し|て"
            "|作って|書いて|作成|示して)*",
            "X(?:の|で)?(?:主な|重要な|主要な)(?:点|ポイント|内容|論点|テーマ|トピック|項目|結論)(?:は)?(?:何"
            "|なに)?(?:です)?(?:か)?",
            "(?:主な|重要な|主要な)(?:点|ポイント|内容|論点|テーマ|トピック|項目)(?:は)?(?:何|なに)?(?:です)?(?:か)?",
            "X(?:の)(?:内容|テーマ|主題|要点|ポイント|趣旨)(?:は)?(?:何|なに)?(?:です)?(?:か)?",
            "X(?:は|では|が)(?:どんな|どのような|何の)(?:内容|テーマ|トピック|話題|主題)(?:を)?(?:扱って|含んで"
            "|カバーして|です|い|る)*(?:か)?",
        ),
        said=(
            "X(?:には|に)(?:何|なに)が(?:書いてあり|書かれてい|書いてある|あり)",
            "X(?:について|を)(?:説明|紹介)(?:し)?",
        ),
        going_on="では|じゃあ|それで|次に|は|も|どう",
        ordinals=(
            "最初|(?:一|1)[つ番]目?",
            "(?:二|2)[つ番]目?",
            "(?:三|3)[つ番]目?",
            "(?:四|4)[つ番]目?",
            "(?:五|5)[つ番]目?",
        ),
        number="文書の数：{}",
        more="ほか {} 件",
        parts="セクション",
    ),
    OverviewLanguage(
        "ko",
        documents="문서들?|파일들?|자료들?|pdf",
        kinds="보고서|매뉴얼|설명서|안내서|가이드|기사|논문|책|규정|정책|계약서|편지|발표자료|지침|텍스트",
        determiners="이|그|저|이들|모든|전체|내|나의|우리|당신의|업로드한|업로드된|첨부된|첨부한|있는|가지고 "
        "있는|사용 가능한|등록된|각|에|의|에서|라는|관한|대한|내용",
        indefinite="한|어떤|하나의",
        these="이것|그것|이|전부|모두|여기|이거",
        polite="안녕하세요|부탁합니다|부탁해요|부탁해|주세요|줘|해 줘|해줘|해 주세요|해주세요|줄래요|주시겠어요"
        "|할 수 있나요|간단히|짧게|간략히|요|좀|제게|저에게|나에게|알려",
        have="있나요|있습니까|있어요|있어|있니|가지고 있나요|가지고 있습니까|갖고 있나요|보유하고 있나요"
        "|등록되어 있나요|이 있나요|가 있나요|이 있습니까|가 있습니까|를 가지고 있나요"
        "|을 가지고 있나요|이 있어|가 있어|를 알고 있나요|인가요|입니까",
        listing=(
            "(?:가지고 있는 |갖고 있는 )?DOCS(?:의|을|를)?(?: 목록| 리스트| 이름)(?:을|를)?(?: 보여| 나열해| "
            "알려| 나열| 말해)?",
            "DOCS(?:을|를) (?:나열|나열해|열거|열거해|보여|보여줘)",
            "(?:어떤|무슨) DOCS(?:이|가|을|를|들이|들을)?(?: ?HAVE)?",
            "DOCS(?:에는|은|는)? (?:무엇이|뭐가|어떤 것이|어떤 것들이) ?HAVE",
        ),
        counting=(
            "DOCS(?:이|가|은|는)?(?: 모두| 총| 전부)? ?몇 ?(?:개|건|권|부)(?:나)?(?: ?HAVE)?",
            "(?:총 )?몇 ?(?:개|건)의 DOCS(?:이|가|을|를)?(?: ?HAVE)?",
            "DOCS(?:의)? (?:수|개수|총수)(?:는|가)?(?: 얼마| 몇 개)?(?:인가요|입니까)?",
        ),
        finding=(
            "(?:어떤|어느) DOCS(?:이|가|들이)? TOPIC(?:에 대한|에 관한|에 대해|에 관해|을 다루|를 다루)(?: ?것| "
            "이야기하| 설명하| 말하)?(?:인가요|입니까|나요|고 있나요)?",
            "TOPIC(?:에 대한|에 관한|을 다루는|를 다루는|에 관련된) DOCS(?:은|는|이|가|을|를)? ?(?:무엇|어느 것"
            "|어떤 것|HAVE|보여|찾아)(?:인가요|입니까)?",
        ),
        summary=(
            "X(?:은|는|이|가)? ?(?:무엇|뭐|무슨 내용|어떤 내용)(?:에 대한|에 관한|을 다루|를 다루)? ?(?:것|문서"
            "|파일|내용|나|고 있나)?(?:인가요|입니까|인가|이야|요)?",
            "(?:X(?:을|를|의)? ?)?(?:요약|개요|요약문|정리|목차|줄거리)(?:해|을|를|하)?(?: 작성해| 써| 만들어| 보여)?",
            "(?:X(?:의|에서)? ?)?(?:주요|핵심|중요한|주된) ?(?:내용|요점|포인트|주제|논점|사항|결론|아이디어)"
            "(?:은|는|이|가)? ?(?:무엇|뭐)?(?:인가요|입니까|인가|야)?",
            "X(?:의)? (?:주제|내용|요지|요점)(?:은|는|이|가)? ?(?:무엇|뭐)?(?:인가요|입니까|인가|야)?",
            "X(?:은|는) (?:어떤|무슨) (?:주제|내용)(?:를|을|들을)? (?:다루|담고|포함하)(?:나요|고 있나요|있나요"
            "|고 있습니까)?",
        ),
        said=(
            "X(?:에는|에) (?:무엇이|뭐가|무슨 내용이) (?:있나요|있습니까|적혀 있나요|쓰여 있나요|있어)",
            "X(?:에 대해|에 대하여|을|를) (?:설명|소개|말)해?",
        ),
        going_on="그럼|그리고|그러면|는|은|것",
        ordinals=("첫 ?번째|첫째", "두 ?번째|둘째", "세 ?번째|셋째", "네 ?번째|넷째", "다섯 ?번째"),
        number="문서 수: {}",
        more="외 {}개",
        parts="섹션",
    ),
    OverviewLanguage(
        "th",
        documents="เอกสาร|ไฟล์|pdf",
        kinds="รายงาน|คู่มือ|บทความ|หนังสือ|นโยบาย|สัญญา|จดหมาย|งานนำเสนอ|ข้อความ|ระเบียบ",
        determiners="นี้|นั้น|เหล่านี้|เหล่านั้น|ทั้งหมด|ทุก|ของฉัน|ของผม|ของคุณ|ของเรา|ที่อัปโหลด|ที่แนบมา"
        "|ที่มี|ที่มีอยู่|ฉบับ|เรื่อง|ชื่อ|ต่างๆ|ใน|ของ|แต่ละ|เล่ม|เนื้อหา|ๆ",
        indefinite="สักฉบับ|บางฉบับ",
        these="นี่|นี้|มัน|ทั้งหมด|สิ่งนี้",
        polite="กรุณา|โปรด|ช่วย|สวัสดี|ครับ|ค่ะ|คะ|หน่อย|ให้ฉัน|ให้ผม|ให้หน่อย|ได้ไหม|ได้มั้ย|ขอ|สั้นๆ|สั้น ๆ|โดยย่อ|ขอบคุณ|บอก|บ้าง|นะ|ให้",
        have="คุณมี|มี|มีอยู่|ที่คุณมี|ในระบบ|ในคลัง|ที่คุณมีอยู่|ที่ฉันอัปโหลด|คุณมีอยู่",
        listing=(
            "(?:แสดง|ลิสต์|บอก|แจกแจง|ระบุ|ดู)? ?(?:รายการ|รายชื่อ|ชื่อ)(?:ของ)?DOCS(?:HAVE)?",
            "(?:แสดง|ลิสต์|แจกแจง)DOCS(?:HAVE)?",
            "(?:HAVE)?DOCS(?:HAVE)?(?:อะไร|ใด|ไหน)(?:HAVE)?",
        ),
        counting=(
            "(?:HAVE)?DOCS(?:HAVE)?(?:จำนวน)?(?:กี่|เท่าไร|เท่าไหร่)(?:ฉบับ|ไฟล์|รายการ|ชุด)?(?:HAVE)?",
            "(?:HAVE)?กี่(?:เอกสาร|ไฟล์)",
            "จำนวนDOCS(?:HAVE)?(?:คือ)?(?:เท่าไร|เท่าไหร่)?",
        ),
        finding=(
            "DOCS(?:ไหน|ใด|ฉบับไหน|ฉบับใด|อะไร)(?:ที่)?(?:HAVE)?(?:เกี่ยวกับ|พูดถึง|กล่าวถึง|เกี่ยวข้องกับ)TOPIC",
            "(?:คุณ)?มีDOCS(?:ที่)?(?:เกี่ยวกับ|เรื่อง)TOPIC(?:ไหม|หรือไม่|อะไร)?",
        ),
        summary=(
            "X(?:เป็น|พูด|กล่าว|เขียน)?(?:เกี่ยวกับ|ถึง|เรื่อง)(?:อะไร|เรื่องอะไร)",
            "(?:สรุป|ย่อ)(?:เนื้อหา)?(?:ของ|ใน)?(?:X)?",
            "(?:บทสรุป|สรุป|ภาพรวม|โครงร่าง|สารบัญ|บทคัดย่อ)(?:ของ)?(?:X)?",
            "(?:ประเด็น|ใจความ|เนื้อหา|หัวข้อ|สาระ)(?:สำคัญ|หลัก)(?:คือ|มี)?(?:อะไร)?",
            "(?:ประเด็น|ใจความ|เนื้อหา|หัวข้อ|สาระ)(?:สำคัญ|หลัก)(?:ของ|ใน)?(?:X)?(?:คือ|มี)?(?:อะไร)?",
            "X(?:ครอบคลุม|มี|ประกอบด้วย)(?:หัวข้อ|เนื้อหา)(?:อะไร|ใด)",
        ),
        said=("(?:ใน)?X(?:มี|เขียน|กล่าว|บอก)(?:ว่า)?อะไร", "(?:อธิบาย|เล่า)(?:เกี่ยวกับ|เรื่อง)?X"),
        going_on="แล้ว|ล่ะ|และ|อัน|สรุป|ที่",
        ordinals=("แรก|หนึ่ง|1", "สอง|2", "สาม|3", "สี่|4", "ห้า|5"),
        number="จำนวนเอกสาร: {}",
        more="และอีก {} รายการ",
        parts="หัวข้อ",
    ),
)

BY_NAME = {language.name: language for language in LANGUAGES}
