"""What people say that is no question to documents, in the languages of the built-in model: greetings, and requests to
rework the conversation."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Phrases:
    """The phrases of a language, by its name: each field is a pattern of alternatives, in lower case.

    A request is told apart only if it has nothing but these phrases, so what is missing here is taken for a question.
    Of alternatives that begin alike, the longest comes first.
    """

    name: str
    greeting: str
    chat: str
    """Questions to whoever answers, as "how are you"."""
    said: str
    """What was said in this conversation, and nothing else: "your last answer"."""
    rework: str
    """What one does to an answer: "translate"."""
    digest: str
    """The same, if it is as often done to a document: "summarize"."""
    do: str
    """Verbs that say little: "make"."""
    that: str
    """What may be the answer before: "it"."""
    manner: str
    """How it is to be: "in French", "as a table", "shorter"."""
    form: str
    """What it is to become: "a table"."""
    filler: str


PHRASES = (
    Phrases(
        "en",
        greeting=r"hello|hi|hey|howdy|good (?:morning|afternoon|evening|night|day)|thanks|thank you|thx|cheers"
        r"|goodbye|good bye|bye|see you(?: later| soon)?|okay|ok|great|perfect|awesome|got it|you're welcome"
        r"|no problem|that (?:helps|helped|was (?:very |really )?helpful)|ty|have a (?:nice|good|great) (?:day"
        r"|evening|weekend)|nice to meet you",
        chat=r"how are you(?: doing)?(?: today)?|how(?:'s| is) it going|what's up|who are you|what are you|what(?:'s"
        r"| is) your name|what can you (?:do|help me with)|how can you help(?: me)?|are you there|are you an? (?:ai"
        r"|bot|robot|human|machine|person)",
        said=r"your (?:(?:last|latest|previous|first|second|preceding|earlier|above|own|whole) )*(?:answers?|reply"
        r"|replies|responses?|messages?|explanation|summary|translation)|my (?:last|latest|previous|first"
        r"|second) (?:question|message)|(?:our|this) (?:(?:whole|entire) )?(?:conversation|chat|discussion)"
        r"(?: so far)?|(?:the )?(?:(?:whole|entire) )?(?:conversation|chat|discussion) so far|what (?:you|we)(?:'ve"
        r"| have)? (?:just |already )?(?:said|wrote|written|told me|answered|explained|discussed|talked about)"
        r"(?: so far| above| before| earlier)?|what did (?:i|you|we) (?:just )?(?:ask|say|write|answer|discuss"
        r"|talk about)(?: you)?(?: so far| before| earlier| first| last)?|what was the (?:first"
        r"|last) thing i (?:asked|said)|what was my (?:first|last|previous) (?:question|message)",
        rework=r"translate|rephrase|reword|rewrite|paraphrase|shorten|simplify|repeat|proofread",
        digest=r"summari[sz]e|sum up|recap|a (?:short )?(?:summary|recap) of|summary of",
        do=r"make|put|write|turn|convert|format|say|give|show|explain|answer|reply|present|express",
        that=r"that|this|it|them|these|the above|everything above|the (?:last |previous )?(?:answer|reply|response)"
        r"|the (?:conversation|chat)",
        manner=r"shorter|simpler|more (?:briefly|concise(?:ly)?|simply|formal(?:ly)?|polite(?:ly)?|casual(?:ly)?)"
        r"|less formal(?:ly)?|briefly|in short|in (?:other|simple|simpler|plain|fewer|your own|easy) (?:words|terms"
        r"|language|english)|in (?:just |only )?(?:one|two|three|four|five|ten|a few|\d{1,3}) (?:short )?(?:words?"
        r"|sentences?|lines?|paragraphs?|bullet points?|points?|bullets?)|(?:in|as|into|to) (?:an? )?(?:short "
        r"|simple |markdown |numbered |bulleted |bullet )*(?:table|list|bullet points|bullets|json|csv|markdown|html"
        r"|e-?mail|letter|poem|tweet)|(?:in|into|to) (?:english|german|french|spanish|italian|portuguese|dutch"
        r"|russian|arabic|hindi|chinese|mandarin|japanese|korean|thai|turkish|polish|czech|swedish|danish|norwegian"
        r"|finnish|greek|hebrew|ukrainian|vietnamese|latin)|for an? (?:child|beginner|five-year-old|layperson)"
        r"|like i'm (?:five|5)|once more|again|word for word|without (?:the )?(?:citations|sources|markers|emojis?)",
        form=r"(?:an? )?(?:short |simple |markdown |numbered |bulleted )*(?:table|list|bullet points|e-?mail|poem"
        r"|tweet|paragraph)|(?:one|two|three|four|five|\d{1,3}) (?:sentences?|words|paragraphs?|bullet points)",
        filler=r"please|pls|can you|could you|would you|will you|you|now|then|and|so much|so|very much|a lot|just"
        r"|only|there|everyone|again|to me|for me|me|the|for (?:your|the|all your) (?:help|answer|reply|time"
        r"|assistance|explanation|info|information)|of|assistant|i want you to|i'd like you to|nice|good|i"
        r"|would like",
    ),
    Phrases(
        "de",
        greeting=r"hallo|hi|hey|moin|servus|grüß (?:gott|dich|sie)|guten (?:tag|morgen|abend)|gute nacht|dankeschön"
        r"|danke(?: schön| sehr)?|(?:vielen|herzlichen|besten|tausend) dank|tschüss|tschüß|auf wiedersehen"
        r"|bis (?:bald|später|dann)|okay|ok|super|prima|perfekt|toll|alles klar|schönen (?:tag|abend)(?: noch)?",
        chat=r"wie geht(?: es|'s|s)?(?: dir| ihnen)?(?: heute)?|wer bist du|wer sind sie|wie hei(?:ß|ss)t du|wie hei"
        r"(?:ß|ss)en sie|was kannst du(?: alles)?(?: tun| machen)?|was können sie(?: alles)?(?: tun)?|bist du (?:da"
        r"|eine (?:ki|maschine)|ein (?:bot|roboter|mensch))",
        said=r"deine[rn]? (?:(?:letzten?|vorherigen?|vorigen?|ersten?|zweiten?|obigen?) )?(?:antwort(?:en)?"
        r"|nachricht|erklärung|zusammenfassung|übersetzung)|ihre[rn]? (?:letzten?|vorherigen?|vorigen?"
        r"|ersten?) (?:antwort|nachricht|erklärung)|unser(?:e[nrs]?)? (?:(?:bisherige[ns]?|ganze[ns]?) )?(?:gespräch"
        r"|unterhaltung|konversation|chat|diskussion)|diese[sn]? (?:gespräch|unterhaltung|konversation|chat)"
        r"|das bisherige gespräch|was du (?:eben |gerade |oben )?(?:gesagt|geschrieben|geantwortet) hast|was hab"
        r"(?:e)? ich (?:dich )?(?:eben |gerade |zuletzt |zuerst )?gefragt|was hast du (?:eben |gerade )?(?:gesagt"
        r"|geschrieben|geantwortet)|was war meine (?:erste|letzte|vorherige) frage",
        rework=r"übersetz(?:en|e|t)?|umformulieren|formulier(?:en|e)?|kürz(?:en|e)?|vereinfach(?:en|e)?|wiederhol"
        r"(?:en|e)?",
        digest=r"fass(?:en|e)?|zusammenfassen|(?:eine )?zusammenfassung(?: von)?",
        do=r"mach(?:en|e)?|schreib(?:en|e)?|gib|geben|zeig(?:en|e)?|stell(?:en|e)?|formatier(?:en|e)?|sag(?:en|e)?"
        r"|erklär(?:en|e)?|wandeln|wandle|antworten?|dar",
        that=r"das gespräch|den chat|das obige|das|dies(?:e)?|es|daraus|davon|die (?:letzte |vorherige )?antwort",
        manner=r"kürzer|knapper|einfacher|verständlicher|förmlicher|formeller|höflicher|kurz|(?:in|mit) (?:einfachen"
        r"|anderen|eigenen|wenigen|deinen) worten|in (?:einem|zwei|drei|vier|fünf|wenigen|\d{1,3}) (?:satz|sätzen"
        r"|absatz|absätzen|zeilen|worten|wörtern|stichpunkten|punkten)|in stichpunkten|stichpunktartig|als (?:kurze "
        r"|einfache |nummerierte )?(?:tabelle|liste|aufzählung|stichpunkte|json|csv|markdown|e-?mail|brief|gedicht)"
        r"|in (?:eine|einer) (?:tabelle|liste)|(?:ins|auf) (?:englische?|deutsche?|französische?|spanische?"
        r"|italienische?|portugiesische?|niederländische?|russische?|arabische?|hindi|chinesische?|japanische?"
        r"|koreanische?|thailändische?|türkische?|polnische?|tschechische?|latein(?:ische)?)|noch einmal|noch ?mal"
        r"|nochmals|erneut|wörtlich|ohne (?:die )?(?:quellen|verweise)|für (?:ein kind|kinder|anfänger)",
        form=r"(?:eine )?(?:kurze |einfache )?(?:tabelle|liste|aufzählung|e-?mail)|stichpunkte",
        filler=r"bitte|mal|doch|jetzt|nun|und|dann|sehr|dir|ihnen|euch|du|sie|kannst|könntest|können|könnten|würdest"
        r"|mir|uns|für (?:die|deine|ihre) (?:info|hilfe|antwort|auskunft|erklärung|mühe)|nur|die|den|der|um|zusammen"
        r"|zusammenzufassen|bisher",
    ),
    Phrases(
        "fr",
        greeting=r"bonjour|bonsoir|salut|coucou|bonne (?:journée|soirée|nuit)|merci(?: beaucoup| bien)?|au revoir"
        r"|à (?:bientôt|plus tard|demain)|d'accord|okay|ok|parfait|super|génial|très bien|mille mercis",
        chat=r"(?:comment )?(?:ça|ca) va|comment (?:vas-tu|allez-vous|tu vas|vous allez)|qui (?:es-tu|êtes-vous)"
        r"|tu es qui|comment (?:t'appelles-tu|vous appelez-vous)|que (?:peux-tu|pouvez-vous|sais-tu) faire"
        r"|qu'est-ce que tu (?:peux|sais) faire|(?:es-tu|êtes-vous) (?:là|un (?:robot|bot|humain)|une (?:ia"
        r"|machine))",
        said=r"(?:ta|votre|tes|vos) (?:dernières?|précédentes?|premières?)? ?(?:réponses?|explication)"
        r"(?: (?:précédentes?|ci-dessus))?|(?:ton|votre) (?:dernier |précédent )?(?:message|résumé)(?: précédent)?"
        r"|ma (?:dernière|première|précédente) question|notre (?:conversation|discussion|échange|dialogue)"
        r"|cette (?:conversation|discussion)|la conversation jusqu'ici|ce que (?:tu viens|vous venez) (?:de dire"
        r"|d'écrire)|ce que (?:tu as|vous avez|nous avons) (?:dit|écrit|expliqué)|(?:quelle était"
        r"|c'était quoi) ma (?:première|dernière) question|qu'est-ce que (?:j'ai|tu as|vous avez) (?:demandé|dit)"
        r"|qu'ai-je demandé",
        rework=r"traduis|traduisez|traduire|reformuler|reformulez|reformule|raccourcir|raccourcissez|raccourcis"
        r"|simplifier|simplifiez|simplifie|répéter|répétez|répète|paraphrase",
        digest=r"résumer|résumez|résume|(?:un )?résumé de|synthétise",
        do=r"faire|faites|fais|mettre|mettez|mets|écrire|écrivez|écris|donner|donnez|donne|dire|dites|dis"
        r"|transformer|transformez|transforme|convertis|présente|explique|expliquez|réponds|répondez|mets-le|dis-le"
        r"|fais-en|redis",
        that=r"cela|ça|ca|ceci|le|la|l|les|en|tout cela|(?:la|cette) (?:dernière )?réponse(?: précédente)?"
        r"|la conversation",
        manner=r"plus (?:court|courte|bref|brièvement|simple|simplement|concis|formel|poli)|en bref|brièvement"
        r"|en d'autres termes|(?:en|avec des) (?:mots|termes) (?:simples|plus simples)|en (?:une?|deux|trois|quatre"
        r"|cinq|quelques|\d{1,3}) (?:phrases?|mots|lignes?|paragraphes?|points)|(?:sous forme de|dans un|en"
        r"|comme) (?:une? )?(?:tableau|liste(?: à puces)?|json|csv|markdown|e-?mail|lettre|poème)|(?:en|vers l'"
        r"|vers le) ?(?:anglais|allemand|français|espagnol|italien|portugais|néerlandais|russe|arabe|hindi|chinois"
        r"|japonais|coréen|thaï|turc|polonais|latin)|encore une fois|à nouveau|mot à mot|sans (?:les )?(?:citations"
        r"|sources)|pour un (?:enfant|débutant)",
        form=r"(?:un |une )?(?:petit )?(?:tableau|liste(?: à puces)?|e-?mail|poème)",
        filler=r"s'il te plaît|s'il vous plaît|stp|svp|peux-tu|pouvez-vous|pourrais-tu|pourriez-vous|tu peux"
        r"|vous pouvez|pour (?:ton|votre) aide|pour (?:ta|votre) réponse|moi|me|nous|à tous|maintenant|et|puis|de"
        r"|tout|beaucoup|bien|infiniment|juste|seulement",
    ),
    Phrases(
        "es",
        greeting=r"hola|buenas(?: (?:tardes|noches))?|buenos días|buen día|muchas gracias|mil gracias|gracias|adiós"
        r"|hasta (?:luego|pronto|mañana)|de acuerdo|vale|okay|ok|perfecto|genial|estupendo|muy bien|saludos",
        chat=r"(?:qué|que) tal(?: estás| está)?|(?:cómo|como) (?:estás|está usted|está|te va)|(?:quién"
        r"|quien) (?:eres|es usted)|(?:cómo|como) te llamas|(?:qué|que) (?:puedes|sabes) hacer|¿?estás ahí"
        r"|eres (?:un (?:robot|bot|humano)|una (?:ia|máquina|persona))",
        said=r"tus? (?:(?:última|anterior|primera|previa)s? )?(?:respuestas?|explicación)(?: anterior(?:es)?)?"
        r"|su (?:última|anterior|primera) (?:respuesta|explicación)|tu (?:último |anterior )?(?:mensaje|resumen)"
        r"|mi (?:última|primera|anterior) pregunta|nuestra (?:conversación|charla)|esta (?:conversación|charla)"
        r"|la conversación hasta ahora|lo que (?:acabas de decir|has dicho|dijiste|escribiste|hemos hablado)|"
        r"(?:cuál fue|qué era) mi (?:primera|última) pregunta|qué (?:te pregunté|he preguntado|dijiste)(?: antes)?",
        rework=r"traducir|traduzca|tradúcel[oa]|tradúceme|traduce|reformular|reformula|acortar|acorta|acórtal[oa]"
        r"|simplificar|simplifica|simplifícal[oa]|repetir|repítel[oa]|repite|parafrasea",
        digest=r"resumir|resúmel[oa]|resúmeme|resume|resuma|(?:un )?resumen de",
        do=r"hacer|haz|hazl[oa]|poner|ponl[oa]|pon|escribir|escríbel[oa]|escribe|dar|dame|da|decir|dil[oa]|dime|di"
        r"|convertir|conviértel[oa]|convierte|transforma|presenta|explica|explícal[oa]|responde|muestra",
        that=r"eso|esto|ello|lo anterior|todo eso|la (?:última )?respuesta(?: anterior)?|la conversación",
        manner=r"más (?:corto|corta|breve|brevemente|simple|sencillo|sencilla|conciso|formal|cortés)|brevemente"
        r"|en resumen|(?:en|con) (?:otras palabras|palabras (?:más )?(?:sencillas|simples))|en (?:una|dos|tres"
        r"|cuatro|cinco|pocas|\d{1,3}) (?:frases?|oraci(?:ón|ones)|palabras|líneas?|párrafos?|puntos)|(?:en|como"
        r"|en forma de) (?:una? )?(?:tabla|lista|json|csv|markdown|correo|carta|poema)|(?:al|en) (?:inglés|alemán"
        r"|francés|español|italiano|portugués|neerlandés|ruso|árabe|hindi|chino|japonés|coreano|tailandés|turco"
        r"|polaco|latín)|otra vez|de nuevo|una vez más|palabra por palabra|sin (?:las )?(?:citas|fuentes)"
        r"|para (?:un niño|niños|principiantes)",
        form=r"(?:una? )?(?:tabla|lista|correo|poema)",
        filler=r"por favor|puedes|podrías|puede|podría|con|por (?:tu|su|la) (?:información|ayuda|respuesta)|a todos"
        r"|ahora|y|luego|me|lo|la|de|mucho|muchas|solo|sólo",
    ),
    Phrases(
        "it",
        greeting=r"ciao|salve|buongiorno|buonasera|buona (?:giornata|serata|notte)|grazie(?: mille| tante)?"
        r"|molte grazie|arrivederci|a (?:presto|dopo|domani)|d'accordo|va bene|okay|ok|perfetto|ottimo|benissimo",
        chat=r"come (?:stai|sta|va)|chi (?:sei|è lei)|come ti chiami|(?:che )?cosa (?:puoi|sai) fare|ci sei"
        r"|sei (?:un (?:robot|bot|umano)|un'ia|una (?:macchina|persona))",
        said=r"la tua (?:(?:ultima|precedente|prima) )?(?:risposta|spiegazione)(?: precedente)?|la sua (?:ultima"
        r"|precedente|prima) (?:risposta|spiegazione)|il tuo (?:ultimo |precedente )?(?:messaggio|riassunto)"
        r"|la mia (?:ultima|prima|precedente) domanda|(?:la nostra|questa) (?:conversazione|discussione|chat)"
        r"|la conversazione finora|(?:quello|ciò) che hai (?:appena )?(?:detto|scritto|spiegato)"
        r"|qual era la mia (?:prima|ultima) domanda|(?:che )?cosa (?:ti ho chiesto|hai detto)(?: prima)?",
        rework=r"tradurre|traduc[ai]|traducil[oa]|riformulare|riformula|accorcia(?:re)?|accorcial[oa]|abbrevia"
        r"|semplifica(?:re)?|semplifical[oa]|ripeti|ripetil[oa]|ripetere|parafrasa",
        digest=r"riassumi(?:l[oa])?|riassumere|riassuma|(?:un )?riassunto (?:di|della)|sintetizza",
        do=r"fare|fai|fa'|metti(?:l[oa])?|mettere|scrivi(?:l[oa])?|scrivere|dammi|dai|dimmi|dillo|dire|di'|trasforma"
        r"(?:l[oa])?|converti(?:l[oa])?|presenta|spiega(?:l[oa])?|rispondi|mostra",
        that=r"fanne|questo|quello|ciò|tutto questo|quanto sopra|la (?:ultima |precedente )?risposta(?: precedente)?"
        r"|l'ultima risposta|la conversazione",
        manner=r"più (?:corto|corta|breve|brevemente|semplice|semplicemente|conciso|formale|cortese)|brevemente"
        r"|in breve|(?:in|con) (?:altre parole|parole (?:più )?semplici)|in (?:una?|due|tre|quattro|cinque|poche"
        r"|\d{1,3}) (?:fras[ei]|parole|righ[ea]|paragraf[io]|punti)|(?:in|come|sotto forma di) (?:una? )?(?:tabella"
        r"|lista|elenco(?: puntato)?|json|csv|markdown|e-?mail|lettera|poesia)|in (?:inglese|tedesco|francese"
        r"|spagnolo|italiano|portoghese|olandese|russo|arabo|hindi|cinese|giapponese|coreano|thailandese|turco"
        r"|polacco|latino)|ancora una volta|di nuovo|un'altra volta|parola per parola|senza (?:le )?(?:citazioni"
        r"|fonti)|per (?:un bambino|bambini|principianti)",
        form=r"(?:una? )?(?:tabella|lista|elenco|e-?mail|poesia)",
        filler=r"per favore|per piacere|puoi|potresti|può|potrebbe|per (?:il tuo|il suo|l') ?aiuto"
        r"|per la (?:tua )?risposta|a tutti|adesso|ora|e|poi|mi|lo|la|molto|tanto|solo",
    ),
    Phrases(
        "pt",
        greeting=r"olá|oi|bom dia|boa (?:tarde|noite)|muito obrigad[oa]|obrigad[oa]|valeu|adeus|tchau|até (?:logo"
        r"|breve|amanhã|mais)|de acordo|okay|ok|perfeito|ótimo|muito bem|certo",
        chat=r"(?:tudo|como) (?:bem|vai|está|estás)(?: (?:você|com você))?|quem (?:é você|és tu|és)|"
        r"(?:qual é o seu nome|como (?:você )?se chama)|o que (?:você )?(?:pode|sabe|podes) fazer|(?:você )?está aí|"
        r"(?:você )?é (?:um (?:robô|bot|humano)|uma (?:ia|máquina|pessoa))",
        said=r"(?:a )?(?:tua|sua) (?:última|anterior|primeira) (?:resposta|explicação)|(?:a )?tua (?:resposta"
        r"|explicação)(?: anterior)?|(?:a )?sua resposta anterior|(?:o )?(?:teu|seu) (?:último|anterior) (?:mensagem"
        r"|resumo)|(?:a )?minha (?:última|primeira|pergunta anterior) ?(?:pergunta)?|(?:a )?(?:nossa"
        r"|esta) (?:conversa|conversação|discussão)|a conversa até agora|(?:o )?que (?:você|tu) (?:acabou de dizer"
        r"|acabaste de dizer|disse|disseste|escreveu)|qual foi a minha (?:primeira|última) pergunta"
        r"|o que (?:eu )?perguntei(?: antes)?",
        rework=r"traduzir|traduza|traduz|reformular|reformule|reformula|encurtar|encurte|encurta|simplificar"
        r"|simplifique|simplifica|repetir|repita|repete|parafraseie",
        digest=r"resumir|resuma|resume|(?:um )?resumo d[aeo]",
        do=r"fazer|faça|faz|colocar|coloque|coloca|escrever|escreva|escreve|dar|dê-me|dê|dá-me|dizer|diga|diz"
        r"|transformar|transforme|transforma|converter|converta|apresente|explicar|explique|explica|responda"
        r"|responde|mostre",
        that=r"isso|isto|o (?:texto )?acima|tudo isso|a (?:última )?resposta(?: anterior)?|a conversa",
        manner=r"mais (?:curto|curta|breve|brevemente|simples|conciso|formal|educado)|brevemente|em resumo|(?:em|com"
        r"|por) (?:outras palavras|palavras (?:mais )?simples)|em (?:uma|duas|três|quatro|cinco|poucas"
        r"|\d{1,3}) (?:frases?|palavras|linhas?|parágrafos?|pontos)|(?:em|como|na forma de|numa|em uma) (?:uma? )?"
        r"(?:tabela|lista|json|csv|markdown|e-?mail|carta|poema)|(?:em|para) (?:o )?(?:inglês|alemão|francês"
        r"|espanhol|italiano|português|holandês|russo|árabe|hindi|chinês|japonês|coreano|tailandês|turco|polonês"
        r"|polaco|latim)|outra vez|de novo|mais uma vez|palavra por palavra|sem (?:as )?(?:citações|fontes)"
        r"|para (?:uma criança|crianças|iniciantes)",
        form=r"(?:uma? )?(?:tabela|lista|e-?mail|poema)",
        filler=r"por favor|com|você|pode|poderia|podes|poderias|pel[ao] (?:sua |tua )?(?:ajuda|resposta)|a todos"
        r"|agora|e|depois|me|muito|só|apenas|a|o",
    ),
    Phrases(
        "nl",
        greeting=r"hallo|hoi|hey|dag|goede(?:morgen|middag|navond)|dank (?:je|u)(?: wel)?|dankjewel|dankuwel|bedankt"
        r"|hartelijk dank|tot (?:ziens|straks|morgen)|doei|okay|oké|ok|prima|perfect|geweldig|top|fijne dag(?: nog)?",
        chat=r"hoe gaat het(?: met (?:je|jou|u))?|wie (?:ben je|bent u|ben jij)|hoe heet (?:je|u|jij)|wat kun(?:t u"
        r"| je| jij)(?: allemaal)?(?: doen)?|ben je (?:daar|een (?:robot|bot|mens|machine|ai))",
        said=r"(?:je|jouw|uw) (?:(?:laatste|vorige|eerste|eerdere) )?(?:antwoord(?:en)?|uitleg|bericht|samenvatting)"
        r"|mijn (?:laatste|eerste|vorige) vraag|(?:ons|dit) gesprek(?: tot nu toe)?|deze (?:chat|conversatie)"
        r"|wat (?:je|u) (?:net |zojuist )?(?:hebt |heeft )?(?:zei|gezegd|geschreven)(?: hebt| heeft)?"
        r"|wat was mijn (?:eerste|laatste) vraag|wat heb ik (?:net |eerder )?gevraagd|wat heb je (?:net )?gezegd",
        rework=r"vertalen|vertaal|herformuleren|herformuleer|inkorten|kort|verkort|vereenvoudig|vereenvoudigen"
        r"|herhalen|herhaal|parafraseer",
        digest=r"samenvatten|vat|(?:een )?samenvatting van",
        do=r"maken|maak|zetten|zet|schrijven|schrijf|geven|geef|zeggen|zeg|tonen|toon|uitleggen|leg|antwoord"
        r"|presenteer",
        that=r"dat|dit|het|ze|ervan|hiervan|er|het bovenstaande|het (?:laatste |vorige )?antwoord|het gesprek",
        manner=r"korter|bondiger|eenvoudiger|simpeler|formeler|beleefder|kort|in het kort|(?:in|met) (?:andere"
        r"|eenvoudige|simpele|je eigen) woorden|in (?:één|een|twee|drie|vier|vijf|enkele|\d{1,3}) (?:zin(?:nen)?"
        r"|woorden|regels?|alinea's|punten)|(?:in|als) (?:een )?(?:tabel|lijst|opsomming|json|csv|markdown|e-?mail"
        r"|brief|gedicht)|(?:in|naar) het (?:engels|duits|frans|spaans|italiaans|portugees|nederlands|russisch"
        r"|arabisch|hindi|chinees|japans|koreaans|thais?|turks|pools|latijn)|nog (?:een keer|eens)|opnieuw"
        r"|woord voor woord|zonder (?:de )?(?:bronnen|verwijzingen)|voor (?:een kind|kinderen|beginners)",
        form=r"(?:een )?(?:tabel|lijst|opsomming|e-?mail|gedicht)",
        filler=r"alsjeblieft|van|alstublieft|graag|kun je|kunt u|kan je|zou je|je|u|nu|en|dan|voor (?:je|jouw|uw"
        r"|de) (?:hulp|antwoord|uitleg)|me|mij|even|eens|samen|allemaal|wel|heel|erg|uit",
    ),
    Phrases(
        "ru",
        greeting=r"привет|здравствуйте|здравствуй|добр(?:ый|ого) (?:день|утро|вечер|дня)|доброе утро|спасибо"
        r"(?: большое| огромное)?|большое спасибо|благодарю|до свидания|пока|хорошо|окей|ок|отлично|прекрасно"
        r"|понятно|супер",
        chat=r"как (?:дела|ты|вы|поживаешь)|кто (?:ты|вы)(?: такой)?|как (?:тебя|вас) зовут|что (?:ты|вы) (?:умеешь"
        r"|умеете|можешь|можете)(?: делать)?|ты (?:здесь|бот|робот|человек)",
        said=r"(?:свой|твой|ваш) (?:последний |предыдущий |прошлый |первый )?ответ|(?:нашу?|эту?) (?:беседу?"
        r"|переписку?)|(?:наш|этот|весь) (?:разговор|диалог|чат)|мой (?:последний|первый|предыдущий) вопрос"
        r"|то,? что (?:ты|вы) (?:сказал|сказали|написал|написали)|какой был мой (?:первый|последний) вопрос|(?:что"
        r"|о чём) я (?:спросил|спросила|спрашивал)",
        rework=r"перевед(?:и|ите)|перевести|перефразируй(?:те)?|сократи(?:те)?|упрости(?:те)?|повтори(?:те)?",
        digest=r"резюмируй(?:те)?|подведи(?:те)? итоги?|кратко изложи(?:те)?|суммируй(?:те)?|обобщи(?:те)?",
        do=r"сделай(?:те)?|напиши(?:те)?|оформи(?:те)?|представь(?:те)?|дай(?:те)?|скажи(?:те)?|объясни(?:те)?"
        r"|ответь(?:те)?|преобразуй(?:те)?|покажи(?:те)?",
        that=r"это|его|её|их|всё это|из этого|последний ответ|предыдущий ответ|разговор|беседу",
        manner=r"короче|покороче|проще|попроще|кратко|вкратце|более (?:кратко|формально|вежливо|просто)|(?:другими"
        r"|простыми|своими) словами|в (?:одном|двух|трёх|трех|\d{1,3}) (?:предложени(?:и|ях)|словах|абзацах)|"
        r"(?:в виде|в форме) (?:таблицы|списка|письма|json|стихотворения)|в таблицу|списком|таблицей"
        r"|на (?:английский|немецкий|французский|испанский|итальянский|португальский|нидерландский|русский|арабский"
        r"|хинди|китайский|японский|корейский|тайский|турецкий|польский)(?: язык)?|(?:по-|на )(?:английски"
        r"|английском|немецки|немецком|французски|французском|испански|испанском|русски|русском)(?: языке)?|ещё раз"
        r"|еще раз|снова|дословно|без (?:ссылок|источников)|для (?:ребёнка|ребенка|детей)",
        form=r"таблицу|список|письмо|стихотворение",
        filler=r"пожалуйста|можешь|можете|не могли бы вы|ты|вы|теперь|и|за (?:помощь|ответ|объяснение)|мне|нам|всем"
        r"|очень|только|тебе|вам",
    ),
    Phrases(
        "ar",
        greeting=r"مرحبا|مرحبًا|أهلا|أهلاً|السلام عليكم|صباح الخير|مساء الخير|شكرا(?: جزيلا| لك)?|شكرًا(?: جزيلًا"
        r"| لك)?|مع السلامة|إلى اللقاء|حسنا|حسنًا|ممتاز|رائع|تمام",
        chat=r"كيف (?:حالك|الحال)|من (?:أنت|انت)|ما اسمك|ماذا (?:يمكنك|تستطيع) أن تفعل|هل أنت (?:هنا|روبوت|إنسان)",
        said=r"(?:إجابتك|ردك|جوابك)(?: (?:الأخيرة|الأخير|السابقة|السابق))?|(?:محادثتنا|حوارنا)|هذه المحادثة"
        r"|سؤالي (?:الأخير|الأول|السابق)|ما (?:قلته|كتبته)(?: للتو)?|ما كان سؤالي (?:الأول|الأخير)|ماذا (?:سألتك"
        r"|قلت)",
        rework=r"ترجمة|ترجمها|ترجمه|ترجم|أعد صياغة|اختصرها|اختصر|بسطها|بسّط|بسط|كررها|كرر|أعد",
        digest=r"لخصها|لخص|لخّص|ملخص",
        do=r"اجعلها|اجعله|اجعل|اكتبها|اكتب|ضعها|ضع|حولها|حوّل|حول|اشرحها|اشرح|قل|أعطني|أجب",
        that=r"ذلك|هذا|هذه|الإجابة(?: الأخيرة| السابقة)?|الرد(?: الأخير)?|المحادثة",
        manner=r"أقصر|أبسط|باختصار|بإيجاز|بكلمات (?:أخرى|بسيطة)|في (?:جملة|جملتين|فقرة)(?: واحدة)?|(?:في|إلى"
        r"|على شكل) (?:جدول|قائمة)|كجدول|كقائمة|(?:إلى|ب)(?: )?(?:اللغة )?(?:الإنجليزية|الانجليزية|الألمانية"
        r"|الفرنسية|الإسبانية|الإيطالية|العربية|الروسية|الصينية|اليابانية|التركية)|مرة أخرى|مجددا|بدون مصادر",
        form=r"جدولا|جدولًا|جدول|قائمة",
        filler=r"من فضلك|لو سمحت|رجاء|رجاءً|هل يمكنك(?: أن)?|أن|لي|لك|على (?:مساعدتك|المساعدة|إجابتك)|جدا|جزيلا|الآن",
    ),
    Phrases(
        "hi",
        greeting=r"नमस्ते|नमस्कार|हैलो|हेलो|सुप्रभात|शुभ (?:रात्रि|संध्या)|बहुत(?:-| )बहुत धन्यवाद|बहुत धन्यवाद"
        r"|धन्यवाद|शुक्रिया|अलविदा|ठीक है|बढ़िया|अच्छा",
        chat=r"(?:आप|तुम) (?:कैसे|कैसी) (?:हैं|हो)|(?:आप|तुम) कौन (?:हैं|हो)|(?:आपका|तुम्हारा) नाम क्या है|(?:आप"
        r"|तुम) क्या कर सकते (?:हैं|हो)",
        said=r"(?:अपने|अपना|आपके|आपका|तुम्हारा) (?:पिछले |पिछला |आखिरी |अंतिम )?(?:उत्तर|जवाब)|हमारी बातचीत"
        r"|इस बातचीत|मेरा (?:पहला|पिछला|आखिरी) (?:सवाल|प्रश्न)(?: क्या था)?|(?:आपने|तुमने) (?:अभी )?(?:जो|क्या) कहा",
        rework=r"अनुवाद|दोहराएँ|दोहराएं|दोहराओ|सरल|छोटा|संक्षिप्त",
        digest=r"सारांश|संक्षेप",
        do=r"करें|कीजिए|करो|कर दें|कर सकते हैं|बनाएँ|बनाएं|बनाओ|बना दें|लिखें|लिखो|लिखिए|बताएँ|बताएं|बताओ|समझाएँ"
        r"|समझाएं|दें|दो|बदलें",
        that=r"इसे|इसका|इसको|यह|उसे|उसका|पिछले (?:उत्तर|जवाब)",
        manner=r"संक्षेप में|सरल (?:शब्दों|भाषा) में|दूसरे शब्दों में|(?:एक|दो|तीन|\d{1,3}) वाक्यों? में|(?:तालिका"
        r"|सूची|टेबल)(?: के रूप)? में|(?:अंग्रेज़ी|अंग्रेजी|जर्मन|फ़्रेंच|फ्रेंच|स्पेनिश|हिंदी|हिन्दी|रूसी|अरबी|चीनी"
        r"|जापानी) में|फिर से|दोबारा|और (?:छोटा|सरल)",
        form=r"तालिका|सूची|टेबल",
        filler=r"कृपया|क्या आप|आप|का|की|को|में|से|और|बहुत|अब|मुझे|ज़रा|सहायता के लिए|मदद के लिए",
    ),
    Phrases(
        "zh",
        greeting=r"你好|您好|嗨|哈喽|早上好|上午好|下午好|晚上好|晚安|非常感谢|谢谢|多谢|謝謝|感谢|再见|好的|太好了"
        r"|没问题|明白了|知道了",
        chat=r"你好吗|你是谁|您是谁|你是誰|你叫什么(?:名字)?|你能做什么|你会做什么|你可以做什么|你在吗|你是(?:机器人"
        r"|人)吗",
        said=r"(?:你|您)(?:刚才|刚刚|上面|之前)?的?(?:最后|上一|上|前)?(?:一|个|條|条|次)*(?:的)?(?:回答|答案|回复"
        r"|答复)|上(?:一|个|一个|一条|一次)?(?:回答|回复|答复)|(?:我们|我們)的?(?:对话|對話|谈话|聊天)|(?:这次|这段"
        r"|本次)(?:对话|聊天)|(?:你|您)(?:刚才|刚刚)(?:说|写)的?(?:内容|话)?|我(?:刚才|刚刚|之前)(?:问|问了)(?:你)?"
        r"(?:什么)?|我的(?:第一个|上一个)问题(?:是什么)?",
        rework=r"翻译|翻譯|改写|重写|改寫|缩短|精简|简化|重复|复述",
        digest=r"总结|總結|概括|归纳|摘要",
        do=r"做|写|寫|变|改|转换|转|整理|说|讲|解释|回答|列|给|用|成|一下|下",
        that=r"这个|那个|这些|它|这|那|上面的?(?:内容|回答|答案)|以上内容",
        manner=r"(?:更)?(?:简短|简洁|简单|正式|礼貌)(?:一点|一些|点|些)?(?:地)?|短一?点|用(?:其他|简单|自己)的话|"
        r"(?:用|成)?(?:一|两|三|几|\d{1,3})(?:句话|个要点|段话|段)|(?:为|成|用)?(?:一个|一张)?(?:表格|列表|清单)"
        r"(?:的)?(?:形式)?|(?:为|成|用|译成)?(?:英文|英语|德语|德文|法语|法文|西班牙语|意大利语|葡萄牙语|俄语"
        r"|阿拉伯语|中文|日语|日文|韩语|泰语)|再(?:说|来)?一(?:遍|次)|重新",
        form=r"表格|列表|清单",
        filler=r"请|請|把|将|能不能|能|可以|可否|帮我|帮忙|给我|我|你|您|的|吗|呢|吧|了|再|为|成|和|一下|现在|啊"
        r"|内容|谢谢",
    ),
    Phrases(
        "ja",
        greeting=r"こんにちは|こんばんは|おはよう(?:ございます)?|はじめまして|どうもありがとう(?:ございます"
        r"|ございました)?|ありがとう(?:ございます|ございました)?|さようなら|おやすみ(?:なさい)?|了解(?:です"
        r"|しました)?|わかりました|分かりました|お疲れ様(?:です|でした)?|よろしくお願いします|いいですね",
        chat=r"お?元気ですか|あなたは誰(?:ですか)?|お?名前は(?:何ですか)?|何ができます?か?|何が出来ますか",
        said=r"(?:あなたの|先ほどの|さっきの|今の|上の)(?:最後の|前の)?(?:回答|答え|返答|返信|説明)|(?:最後|直前"
        r"|前)の(?:回答|答え|返答|返信)|(?:私たちの|この|これまでの|ここまでの)(?:会話|やりとり|やり取り|チャット)|"
        r"(?:私の)?(?:最初|前|直前)の質問(?:は何(?:でしたか|ですか))?|(?:さっき|先ほど)(?:何を|なんて)?(?:聞|言)"
        r"(?:いた|った|きましたか|いましたか)(?:こと)?",
        rework=r"翻訳|言い換え(?:て)?|書き直し(?:て)?|短く|簡単に|簡潔に|繰り返し(?:て)?|訳して|訳し",
        digest=r"要約|まとめて|まとめ",
        do=r"して(?:ください|下さい|くれますか|もらえますか|くれませんか|もらえませんか|いただけますか)?|書いて"
        r"|言って|答えて|説明して|直して|ください|下さい|くれますか|もらえますか|できますか|お願い(?:します"
        r"|できますか)?|にして",
        that=r"それ|これ|今のを|上記|以上",
        manner=r"もっと|もう少し|もう一度|再度|別の言葉で|(?:やさしい|簡単な|わかりやすい)言葉で|(?:一|二|三"
        r"|\d{1,3})(?:文|行|言)で?|(?:表|箇条書き|リスト|一覧)(?:形式)?(?:に|で)(?:まとめて)?|(?:英語|ドイツ語"
        r"|フランス語|スペイン語|イタリア語|ポルトガル語|ロシア語|アラビア語|中国語|日本語|韓国語|タイ語)(?:に|で"
        r"|へ)",
        form=r"表|箇条書き|リスト",
        filler=r"を|に|は|で|の|が|も|へ|ね|よ|か|どうぞ|どうも|すみません|では|じゃあ|それでは|本当に|とても",
    ),
    Phrases(
        "ko",
        greeting=r"안녕하세요|안녕히 (?:계세요|가세요)|안녕|반갑습니다|좋은 (?:아침|하루)(?:입니다| 되세요)?|"
        r"(?:정말 |대단히 )?(?:감사합니다|감사해요|고맙습니다|고마워요|고마워)|알겠습니다|알겠어요|좋아요|네",
        chat=r"잘 지내(?:세요|요|니)?|(?:당신은 |너는? )?누구(?:세요|입니까|예요|야)|이름이 (?:뭐예요|뭐야"
        r"|무엇입니까)|무엇을 할 수 있(?:나요|어요|습니까|니)|뭘 할 수 있(?:나요|어요|니|어)",
        said=r"(?:당신의 |너의 |네 )?(?:마지막|이전|방금|위의?|앞의?|지난) (?:한 )?(?:답변|대답|답|설명)(?:을|를"
        r"|은)?|당신의 (?:답변|대답)(?:을|를)?|(?:우리(?:의)?|이|지금까지의) 대화(?:를|을|내용을)?|(?:내|제) (?:첫"
        r"|마지막|이전) ?(?:번째 )?질문(?:이|은)?(?: (?:뭐였지|뭐였나요|무엇이었나요))?|방금 (?:뭐라고 )?(?:말한|한"
        r"|말했) ?(?:것을?|말을?|어|나요)?",
        rework=r"번역(?:해)?|바꿔|줄여|다시 써|다시 말해|반복해|간단히|간단하게|짧게|더 짧게",
        digest=r"요약(?:해)?|정리(?:해)?",
        do=r"주세요|줘요|줘|주시겠어요|줄 수 있(?:나요|어요|어|니)|해|써|말해|만들어|설명해|작성해|부탁(?:해요"
        r"|합니다|드립니다|드려요)",
        that=r"그것을?|이것을?|그걸|이걸|위 내용을?",
        manner=r"더 (?:짧게|간단하게|간단히|쉽게)|쉽게|(?:쉬운|다른|간단한) 말로|(?:한|두|세|\d{1,3}) ?(?:문장|줄"
        r"|단락)(?:으로|로)|(?:표|목록|리스트)(?:로|으로)|(?:영어|독일어|프랑스어|스페인어|이탈리아어|포르투갈어"
        r"|러시아어|아랍어|중국어|일본어|한국어|태국어)로|다시(?: 한 ?번)?|한 ?번 더",
        form=r"표를?|목록을?|리스트를?",
        filler=r"좀|제발|그럼|이제|정말|매우|도움|에|도와주셔서|답변",
    ),
    Phrases(
        "th",
        greeting=r"สวัสดี(?:ครับ|ค่ะ|คะ)?|หวัดดี|ขอบคุณ(?:มาก)?(?:ๆ)?|ขอบใจ|ลาก่อน|โอเค|เยี่ยม(?:มาก)?|เข้าใจแล้ว"
        r"|ตกลง",
        chat=r"สบายดีไหม|เป็นอย่างไรบ้าง|เป็นยังไงบ้าง|คุณเป็นใคร|คุณคือใคร|คุณชื่ออะไร|คุณทำอะไรได้บ้าง",
        said=r"คำตอบ(?:ล่าสุด|สุดท้าย|ก่อนหน้า|ที่แล้ว)?ของคุณ(?:ล่าสุด|ก่อนหน้า)?|คำตอบ(?:ล่าสุด|สุดท้าย|ก่อนหน้า"
        r"(?:นี้)?|ที่แล้ว)|(?:บทสนทนา|การสนทนา)(?:ของเรา|นี้)|คำถาม(?:แรก|ล่าสุด|ก่อนหน้า)ของ(?:ฉัน|ผม)(?:คืออะไร)?"
        r"|สิ่งที่คุณ(?:เพิ่ง)?พูด",
        rework=r"แปล|เรียบเรียงใหม่|ย่อ|ทำให้สั้นลง|ทำให้ง่ายขึ้น|พูดซ้ำ|เขียนใหม่",
        digest=r"สรุป",
        do=r"ทำ|เขียน|ตอบ|พูด|อธิบาย|จัด|เปลี่ยน|แสดง|ให้",
        that=r"นั้น|นี้|มัน|ข้างบน|ข้างต้น|อันนี้|อันนั้น",
        manner=r"(?:ให้)?สั้น(?:ลง|ๆ|กว่านี้)|(?:ให้)?ง่าย(?:ขึ้น|ๆ)|สั้นๆ|อีกครั้ง|ใหม่อีกครั้ง|ด้วยคำง่าย ?ๆ|"
        r"(?:เป็น|ใน)(?:รูปแบบ)?(?:ตาราง|รายการ)|เป็นข้อ ?ๆ|(?:เป็น)?ภาษา(?:อังกฤษ|เยอรมัน|ฝรั่งเศส|สเปน|อิตาลี"
        r"|โปรตุเกส|รัสเซีย|อาหรับ|จีน|ญี่ปุ่น|เกาหลี|ไทย)",
        form=r"ตาราง|รายการ",
        filler=r"กรุณา|โปรด|ช่วย|ได้ไหม|หน่อย|ครับ|ค่ะ|คะ|นะ|ให้|เป็น|ของ|ฉัน|ผม|คุณ|มาก|ที|ๆ|ด้วย"
        r"|สำหรับความช่วยเหลือ",
    ),
)
