"""What is needed to detect a language and to compare its words: script, stop words, stemmer."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from functools import cached_property
from math import sqrt

MARKS = r"\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u0900-\u0963\u0970-\u0dff"
"""Vowel signs and other combining marks, for a character class: they belong to their word, but `\\w` lacks them."""


@dataclass(frozen=True, eq=False)  # compared by identity, which is fast in caches
class Language:
    """A language that gets its own treatment; all others are treated as English.

    `stop` are words that say nothing in a question, and `light` those that say little, separated by blanks. `telling`
    are other words that the language is detected by, and `letters` those that few others have. `blanks` says whether
    the script writes blanks between words.
    """

    name: str
    stop: str
    light: str = ""
    telling: str = ""
    letters: str = ""
    stemmer: str | None = None
    script: str = "Latin"
    blanks: bool = True

    @cached_property
    def stop_words(self) -> frozenset[str]:
        return frozenset(self.stop.split())

    @cached_property
    def telling_words(self) -> frozenset[str]:
        """What the language is detected by."""
        return self.stop_words.union(self.telling.split())

    @cached_property
    def light_words(self) -> frozenset[str]:
        return frozenset(self.light.split())


LANGUAGES = (
    Language(
        "en",
        "a about again ain am an and any are aren as at be been being but by can cannot could couldn did didn do does "
        "doesn doing don done for from further had hadn has hasn have haven having he her hers him his how i if in "
        "into is isn it its me might mine more most must mustn my myself needn no not of on only or other our ours "
        "over own same shall she should shouldn so some such than that the their theirs them then there these they "
        "this those to too under very was wasn we were weren what when where which who whom whose why will with won "
        "would wouldn you your yours",
        light="above after all also among because before between both d during each either else ever etc few get gets "
        "give given gives got however isn't it's just kind know known like ll make makes may mean means meant "
        "mostly much named name names neither nor now off one onto out please s several t tell through type types "
        "until up upon us use used uses using ve way whats whether while within without yes",
        telling="come die far fare man men per plus son ten",
        stemmer="english",
    ),
    Language(
        "de",
        "aber alle allem allen aller als also am an auch auf aus bei beim bin bis da dabei damit dann das dass dem "
        "den denn der des die dies diese diesem diesen dieser dieses doch dort du durch ein eine einem einen einer "
        "eines er es etwas für gab genannt gegen gibt haben hat hatte hatten heißt ich ihm ihn ihnen ihr ihre im in "
        "ins ist kann können konnte machen mehr mit nach nicht noch nur ob oder ohne sehr sein seine sich sie sind so "
        "über um und uns unter viel vom von vor war waren warum was welche welchem welchen welcher welches wenn "
        "werden weshalb wie wieso wird wurde wurden wessen wodurch wogegen womit woran worauf woraus worin worüber "
        "wovon wozu zu zum zur zwischen wer wen wem wann wo woher wohin wieviel wieviele",
        light="ja nein",
        telling="bedeutet heißen hieß laut oft",
        letters="äöüß",
        stemmer="german",
    ),
    Language(
        "fr",
        "a ai au aux avec avait c ce ces cet cette combien comme comment d dans de des dont du elle elles en est et "
        "était être eu fait faire il ils j je l la le les leur leurs lors lui m mais même n ne nous on ont ou où par "
        "pas plus pour pourquoi qu quand que quel quelle quelles quels qui quoi s sa se sera ses si son sont sous sur "
        "t u un une vous y été",
        light="oui non",
        telling="à",
        letters="àâçéèêëîïôùûœ",
        stemmer="french",
    ),
    Language(
        "es",
        "a al algo ante como cómo con cual cuál cuáles cuándo cuánta cuántas cuánto cuántos de del desde donde dónde "
        "el ella ellos en entre era eran es esa ese esta está este fue fueron ha hace han hay la las le les lo los "
        "más me mi muy no nos o para pero por porque que qué quién quiénes se ser si sin sobre son su sus también "
        "tiene tienen tipo un una uno y ya adónde",
        light="sí",
        letters="áéíñóúü¿",
        stemmer="spanish",
    ),
    Language(
        "it",
        "a ad ai al alla alle allo anche c che chi ci come con così cosa cui d da dal dalla dei del della delle dello "
        "di dove e è era erano fu furono gli ha hanno i il in l la le lo loro ma nei nel nella non o ogni per perché "
        "più quale quali quando quanta quante quanti quanto questa questo sono si stata stato su sua sul sulla suo "
        "tra un una uno dov",
        light="sì",
        letters="àèéìòù",
        stemmer="italian",
    ),
    Language(
        "pt",
        "a à ao aos as às até com como da das de do dos e é ela ele eles em entre era eram essa esse esta está este "
        "eu foi foram há isso já lhe mais mas me não na nas no nos o onde os ou para pela pelo por porque qual quais "
        "quando quanta quantas quanto quantos que quê quem se sem ser seu sua são também tem têm um uma você aonde",
        light="sim",
        telling="meu minha",
        letters="áâãçéêíóôõúà",
        stemmer="portuguese",
    ),
    Language(
        "nl",
        "aan al als bij daar dan dat de deze die dit door dus een en er geen had heb hebben heeft het hij hoe hoeveel "
        "hun ik in is je kan kunnen maar me met mijn na naar niet nog nu of om onder ons ook op over te tot uit van "
        "veel voor waar waarom wanneer waren was wat we welk welke werd werden wie wij wordt worden ze zich zij zijn "
        "zo waarheen",
        light="ja nee",
        telling="gaat jaar kost pas staat uur",
        stemmer="dutch",
    ),
    Language(
        "da",
        "af alle alt at blev blive bliver både da de den denne der deres det dette din disse du efter eller en end er "
        "et for fordi fra få får før går ham han hans har havde have hende hendes her hos hun hvad hvem hvilke "
        "hvilken hvilket hvis hvor hvordan hvorfor hvorfra hvorhen hvornår i ikke ind jeg kan kom kunne man med meget "
        "mellem men mig min må ned nogen noget nogle nu når og også om op os over på samt selv sig sin skal skulle "
        "som sådan så til ud uden under var ved vi vil ville være været",
        light="ja nej",
        telling="blandt bruge bruger dit gør gøre klokken kun ligger lægger mit pas siger sker stadig uge uger åben "
        "åbner",
        letters="åæø",
        stemmer="danish",
    ),
    Language(
        "no",
        "alle at av ble bli blir både da de den denne der deres det dette din disse du eg ein eit eller en enn er et "
        "etter for fordi fra frå få får før ham han hans har hadde ha henne hennes her hos hun hva hvem hvilke hvilken "
        "hvilket hvis hvor hvordan hvorfor hvorfra i ikke ikkje inn jeg kan kva kven korleis kvifor kunne man med "
        "mellom men meg min mot må mye mange ned noe noen nå når og også om opp oss over på samt seg selv sin skal "
        "skulle som slik så til ut uten under var ved vi vil ville være vært",
        light="ja nei",
        telling="blant bruke bruker ditt gjør gjøre klokka kun ligger legger mitt sier skjer stadig uke uker vet åpen "
        "åpner",
        letters="åæø",
        stemmer="norwegian",
    ),
    Language(
        "sv",
        "alla allt att av blev bli blir både de dem den denna deras dess det detta din dock du där då efter eller en "
        "ett fanns finns för från få får före gick ha hade han hans har henne hennes hon honom hos hur här i icke in "
        "inte jag kan kunde man med mellan men mig min mot mycket många måste ned ner nu någon något några när och "
        "också om oss på redan samt sedan sig sin ska skall skulle som så till under upp ur ut utan vad var varför "
        "varifrån vart varje vem vems vi vid vilka vilken vilket vill ville vore än är även åt över",
        light="ja nej",
        telling="ditt gör göra klockan ligger mitt säger vecka vet",
        letters="åäö",
        stemmer="swedish",
    ),
    Language(
        "fi",
        "ei eivät en et että he heidän hän hänen hänet hänellä ja jo joka jonka jos jossa jota jotka joiden joissa "
        "jolla kanssa kenen kenet keitä ketkä ketä koska kuin kuinka kuka kumpi kun me mihin mikä mikäli miksi "
        "milloin millainen minkä minne minun minä missä mistä miten mitkä mitä montako mukaan mutta myös ne niiden "
        "niin niitä noin nämä näiden oli olivat olla ole oliko olleet ollut olisi on onko ovat ovatko paljonko se "
        "sekä sen siinä sitä siitä sitten sinä tai te tuo tämä tämän tässä tätä vaan vai vain vielä voi voidaan "
        "voivat",
        light="kyllä",
        letters="äö",
        stemmer="finnish",
    ),
    Language(
        "hu",
        "a ahol akik aki akkor alatt ami amely amelyek amikor az azok azon azt által be csak de e egy el ennek annak "
        "és ez ezek ezen ezt fel ha hány hogy hogyan hol honnan hova hová illetve is itt így ki kik kinek kit kitől "
        "le lehet lesz lett majd már még meg meddig mekkora melyek melyik mely mennyi mennyit mennyire mert mi miatt "
        "mik mikor milyen minden mint mit miért nagyon ne nem ő ők ott pedig sem során szerint után úgy vagy valamint "
        "van vannak volt voltak között én te",
        light="igen",
        letters="áéíóöőúüű",
        stemmer="hungarian",
    ),
    Language(
        "ro",
        "a ai al ale am ar au această aceasta aceste acest acesta acestei acestui acești aș ați avea avut ca care că "
        "cărei cărui câte cât câtă câți când ce cea cei cel cele cine cu cui cum de deci despre din dintre doar după "
        "ea ei el ele era erau este eu fi fiind fost foarte fără iar îl îi îmi în între își la le lor lui mai mult ne "
        "nici noi nu o or ori pe pentru poate pot prin până sa sale sau se să său si și spre sub sunt tot toate un "
        "una unde unei unele unor unui va voi vor",
        light="da",
        letters="ăâîșțşţ",
        stemmer="romanian",
    ),
    Language(
        "pl",
        "a aby albo ale ani bez bo by być był była było były bardzo ci co czy czyj czyja czyje czym dla do dokąd gdy "
        "gdyż gdzie go i ich ile ilu im jak jaka jaki jakie jakiego jakiej jakim jakich jako jego jej jest już kiedy "
        "kim kto kogo komu która które którego której który którzy których którym lub ma mają mi może można my na nad "
        "nie niż o od on ona oni oraz po pod podczas ponieważ poza przed przez przy są się skąd sobie swoje ta tak "
        "także tam te tego tej ten to tu tych tylko tym w we z za ze został została zostały że",
        telling="most",
        letters="ąćęłńóśźż",
    ),
    Language(
        "cs",
        "a aby ale ani až bez by byl byla bylo byli byly být co či čí do ho i já jak jaká jaké jaký jakou je jeho její "
        "jejich jen jestli ještě jsem jsme jsou již k kam kde kdo kdy kolik kolika koho komu která které kterého "
        "kterou který kterém kteří kým ke když má mají mezi mi mnoho může na nad nebo než není o od odkud on ona oni "
        "po pod podle pokud pro proč před při s se si své svou svůj ta tak také tam tato ten tento této to toho tom tu "
        "ty u už v ve více však z za ze že",
        light="ano ne",
        telling="pas",
        letters="áčďéěíňóřšťúůýž",
    ),
    Language(
        "tr",
        "ama ancak az bazı ben bir biz bu bunlar bunu bunun çok çünkü da daha de değil diye en etti ve veya ya eğer "
        "edilen fakat gibi göre hangi hangisi her hiç idi ile ilgili için ise kaç kadar ki kim kimdir kime kimi kimin "
        "kimler mi mı mu mü nasıl ne neden nedir nelerdir nerede nereden nereye neresi neresidir niçin niye o olan "
        "olarak oldu olduğu olup olur onlar onun önce sen siz sonra şey şu tarafından tüm üzere var vardır yok",
        light="evet hayır",
        telling="saat zaman",
        letters="çğıöşü",
        stemmer="turkish",
    ),
    Language(
        "vi",
        "là và các những một được trong không này nào gì đâu nhiêu của",
        telling="có cho với người đó khi ở đã đang sẽ từ đến về như thì mà cũng bị bởi vì để vào lên ai mấy sao tại "
        "thế nếu nhưng rất hơn nhất cả mỗi theo trên dưới giữa sau trước bao tôi bạn chúng ông năm việc tên",
        letters="ơưđạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ",
    ),
    Language(
        "id",
        "ada adalah akan anda antara apa apakah atau bagaimana bagi berapa bisa dalam dan dapat dari dengan di dia "
        "dimana hanya ia ini itu jika juga kami kapan karena ke kenapa kepada kita lebih mana mengapa mereka namun "
        "oleh pada para pun saat sangat saya sebagai sebelum sebuah seberapa seorang serta setelah siapa suatu sudah "
        "telah tersebut tetapi tidak untuk yaitu yang",
        light="ya",
    ),
    Language(
        "el",
        "ο η το οι τα του της των τον την τη τους τις ένα ένας ενός μια μία μιας και κι ή να θα δεν δε μη μην με σε "
        "από για στο στη στην στον στα στις στους ως όταν όπου όπως αν ότι που πως πώς πού ποιος ποια ποιο ποιοι "
        "ποιες ποιον ποιαν ποιους ποιου ποιας πότε γιατί πόσο πόσα πόσοι πόσες πόση πόσος πόσων τι είναι ήταν έχει "
        "έχουν είχε είχαν αυτό αυτός αυτή αυτά αυτού αυτής αυτές αυτοί αλλά όμως πολύ πιο μετά πριν κατά μεταξύ χωρίς "
        "προς μέχρι μπορεί μου σου μας σας",
        light="ναι όχι",
        stemmer="greek",
        script="Greek",
    ),
    Language(
        "ru",
        "а бы был была были было быть в вам вас во все вы где для до его ее её если есть еще же за и из или им их к "
        "как какая какие каким какими каких какова каково какой какого каком какую кем когда кого кому которая "
        "которое которые который кто ли между мне мы на над не него нет о об он она они оно от по под после почему "
        "при про с со сколько так также то только том ты у чего чем чему через что чтобы это этот этого эта эти я "
        "является куда откуда",
        light="да",
        letters="ёыэъ",
        stemmer="russian",
        script="Cyrillic",
    ),
    Language(
        "uk",
        "а але без би був була були було в вам вас від він вона вони воно все всі до для є ж же за зі з і із її їх "
        "його й коли кого кому ким куди де звідки чому скільки чи хто що щоб щодо це цей ця ці цього цієї який яка "
        "яке які якого якій яким якими яких якої якому яку як та також так такий те тим того у на над не ні о об по "
        "під при про після перед між або якщо ще вже ми ти ви я свій через",
        letters="іїєґ",
        script="Cyrillic",
    ),
    Language(
        "bg",
        "а ако без е беше бъде бил била били било в във все всички са се си съм със с от до за и или като каква какви "
        "какво какъв как кога когато къде кой която което които който коя кое кои кого защо колко откъде накъде "
        "към на над не но под по при през преди след само така това този тази тези той тя те то че чрез ще я ги го им "
        "му един една едно има няма дали също още много между",
        light="да",
        letters="ъ",
        script="Cyrillic",
    ),
    Language(
        "ar",
        "أن إلى أو أي إن التي الذي الذين ان او اي بعد بين تم ثم حتى حول ذلك عن عند على في قبل قد كان كانت كل كما كيف "
        "لا لم لماذا لن له لها ليس ما ماذا مع من منذ هذا هذه هل هم هو هي و وما وهو وهي يكون متى أين كم",
        light="نعم",
        letters="ةأإآىيكؤ",
        stemmer="arabic",
        script="Arabic",
    ),
    Language(
        "fa",
        "و در به از که این آن را با است برای تا بود بر هم نیز یک یا اما اگر می ها های شد شده شود کرد کرده کند کنند "
        "دارد دارند داشت هست هستند بودند باید پس هر چه چیست چگونه چرا چطور کجا کجاست کی چند چقدر کدام کسی آنها ما من "
        "شما او وی خود نیست بین توسط",
        light="بله",
        letters="پچژگکی",
        script="Arabic",
    ),
    Language(
        "ur",
        "اور کے کی کا میں ہے ہیں سے کو نے پر یہ وہ کہ تھا تھی تھے بھی ایک جو تو ہی اس ان نہیں کیا کون کب کہاں کیسے "
        "کیوں کتنے کتنی کتنا کس کسے کونسا کونسی ہو گیا گئی گئے ہوا ہوئی ہوئے لیے ساتھ بعد تک یا جب اگر لیکن اپنے اپنی "
        "کر",
        light="ہاں",
        letters="ٹڈڑںےہھ",
        script="Arabic",
    ),
    Language(
        "he",
        "של את על עם אל לא כי הוא היא הם הן זה זו זאת אלה אלו אני אתה אנחנו היה הייתה היתה היו יש אין גם או אם רק כל "
        "כמו בין לפני אחרי מה מהו מהי מהם מי מיהו מיהי מתי איפה היכן לאן מאין איך כיצד למה מדוע כמה איזה איזו אילו "
        "האם אשר אך אבל עד מן לפי בו בה לו לה להם שלו שלה שלהם כדי עוד יותר",
        light="כן",
        script="Hebrew",
    ),
    Language(
        "hi",
        "अपने अब आप इन इस इसका इसके इसे उन उस उसके एक और कई कब कर करता करते करना करने कहाँ कहां का कि कितना कितनी "
        "कितने की किया किस किसका किसके किसने किसे कुछ के को कोई कौन कौनसा क्या क्यों गई गए गया जब जा जाता जाती जाते "
        "जिस जो तक तथा तो था थी थे द्वारा नहीं ने पर बाद भी में यदि यह या ये रहा रही रहे वह वे सकता सकते से सा सी हुआ "
        "हुई हुए है हैं हो होता होती होते",
        light="हाँ",
        script="Devanagari",
    ),
    Language(
        "ta",
        "ஒரு மற்றும் இந்த அந்த இது அது என்று என்ற என்பது ஆகும் அல்லது உள்ள உள்ளது என்ன எது எந்த யார் யாருடைய எப்போது "
        "எங்கே எங்கு எப்படி ஏன் எத்தனை எவ்வளவு இருந்து இல்லை தான் மேலும் அவர் அவர்கள் போன்ற பற்றி",
        light="ஆம்",
        stemmer="tamil",
        script="Tamil",
    ),
    Language(
        "zh",
        "的 了 是 在 和 与 有 被 为 什么 什麼 哪些 哪个 哪個 哪 怎么 怎麼 怎样 如何 为什么 為什麼 吗 嗎 呢 这 "
        "這 那 它 他 她 请 請 一个 一個 哪一 谁 誰 什么时候 什麼時候 何时 何時 哪年 "
        "哪一年 哪天 几年 哪里 哪裡 哪儿 何处 哪个城市 哪个国家 什么地方 多少 几 幾 多大 多长 多高 多久",
        blanks=False,
        script="Han",
    ),
    Language(
        "ja",
        "は が を に の で と も へ や か です ます した して いる ある する された から まで 何 なに なぜ "
        "どう どの どれ この その あの という ください 誰 だれ いつ 何年 何日 何月 どこ "
        "何処 いくつ いくら 何人 何個 何回 どのくらい どれくらい",
        blanks=False,
        light="はい いいえ",
        script="Han",
    ),
    Language(
        "ko",
        "무엇 무엇입니까 무엇인가요 어떤 어떻게 왜 입니까 인가요 합니까 했습니까 하나요 는 은 이 가 을 를 의 "
        "에 에서 그 것 누구 누가 언제 어디 어디서 몇 얼마",
        blanks=False,
        light="네 예 아니요",
        script="Hangul",
    ),
    Language(
        "th",
        "ของ ที่ และ ใน เป็น คือ มี ได้ จาก กับ ให้ ว่า อะไร อย่างไร ทำไม ไหน ใด ครับ ค่ะ การ ใคร เมื่อไร เมื่อไหร่ "
        "เมื่อใด ปีใด ปีไหน ปีอะไร ที่ไหน ที่ใด กี่ เท่าไร เท่าไหร่ เท่าใด",
        blanks=False,
        light="ใช่",
        script="Thai",
    ),
)

ENGLISH = LANGUAGES[0]
BY_NAME = {language.name: language for language in LANGUAGES}

_SCRIPTS = (  # with the language that is meant if words and letters do not tell
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7a3]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("he", re.compile(r"[\u05d0-\u05ea]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
    ("ta", re.compile(r"[\u0b80-\u0bff]")),
    ("el", re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
)

# Languages that would be taken for others: words and letters of theirs. Their texts are treated as English.
_OTHERS = {
    "sk": (
        "ako aké aký aká alebo bol bola bolo boli čo ich jeho kde kedy koľko ktorá ktoré ktorý kto nie pre prečo sa "
        "som sú tento toto že",
        "áäčďéíĺľňóôŕšťúýž",
    ),
    "hr": (
        "bilo bio bila gdje i ili iz je kada kako ko kojeg koji koja koje koliko kto li na nalazi nije od se što šta "
        "su tko u za zašto",
        "čćđšž",
    ),
    "sl": (
        "ali bil bila bilo in iz je kako kaj kateri katera katero kdaj kdo ki kje koliko na od se so ter v za zakaj",
        "čšž",
    ),
    "ca": (
        "als amb aquest aquesta com dels del el els en és hi i la les llur més on per però què quan quant quants qui "
        "quin quina són també té una va van",
        "àçèéíïòóúü",
    ),
    "et": ("ei ja kes kui kuidas kus millal mille mida miks mis ning oli on palju see seda selle või", "äõöü"),
    "lt": ("apie ar buvo iš ir kada kaip kas kiek kodėl kur kuri kuris su šis tai yra", "ąčėęįšųūž"),
    "lv": ("ar bija cik gadā ir kā kad kāpēc kas kur kura kurš no par šis tas un", "āčēģīķļņšūž"),
    "sq": ("cila cili dhe është ishte janë ka ku kur kush me në nga një për pse sa si të", "çë"),
    "af": ("die gebou hoekom hoeveel hulle hy in is nie sy van waar wanneer wat wie word dit", ""),
    "gl": ("a as cando cantos canto da das do dos e foi na no non o onde os por que quen un unha é", "ñ"),
    "is": ("að er hvaða hvar hvað hvenær hver hvernig og sem til var við", "ðþæöáéíóúý"),
    "cy": ("beth ble faint mae oes pam pryd pwy sut sydd yr yw", "ŵŷ"),
    "az": ("bu hansı harada kim necə niyə nə vaxt və üçün", "əığşçöü"),
    "sw": ("hii hiyo kama katika kwa kwamba lini na nani ngapi ni nini wa wapi ya", ""),
    "tl": ("ang ano ay bakit hindi ilan ito iyon kailan mga ng ni paano sa saan sino", ""),
    "sr": ("да за и или је како која који које ко колико где када на не од са се су у шта што зашто", "ђјљњћџ"),
    "mk": ("во где да е за и каде како кога која кои кој колку на не од со се што зошто", "ѓѕјќљњџ"),
    "be": ("ад гэта дзе і калі колькі на не хто чаму што ў у якая якая які", "іў"),
    "mn": ("аль бол бэ вэ хаана хэзээ хэн юу ямар энэ", "өү"),
    "kk": ("бұл және кім қай қайда қанша қашан не неге", "әғқңөұүһі"),
    "yi": ("און איז די דער וואו ווי ווען ווער פון", ""),
    "ps": ("او په چې چيرته څوک څومره د دی ده کله ولې", "ټډړږښګځڅ"),
    "ckb": ("ئەم ئەو بۆچی بە چەند کە کوێ کەی کێ لە و", "ەێۆڕڵ"),
    "mr": ("आणि आहे आहेत कधी का काय किती कुठे कोण नाही या ही हा हे होते", ""),
    "ne": ("कति कसरी कहाँ कहिले किन के को छ छन् मा यो र थियो हो", ""),
}

_SAMPLE = 1000  # characters to detect a language from
_SAMPLES = 8  # parts of a document that they are taken from
_WORD = re.compile(rf"[^\W\d_](?:[^\W\d_]|[{MARKS}])*")
_ENOUGH = 0.45  # evidence; a word that no other language has is 1
_INITIALS = frozenset("bcdfghjklmnpqrstvwxz")  # words of one letter that tell nothing, as they are often symbols
_LETTERS = 0.5  # the evidence of letters, at most


class Detector:
    """Tells languages apart by words and letters: the fewer languages have one, the more it tells. `telling` has the
    words, by language."""

    def __init__(self, telling: Mapping[str, Set[str]]) -> None:
        telling = {**telling, ENGLISH.name: telling[ENGLISH.name] | ENGLISH.light_words}  # others must beat it clearly
        self._words = _shared(telling, {name: words.split() for name, (words, _) in _OTHERS.items()})
        self._letters = _shared(
            {name: BY_NAME[name].letters for name in telling}, {name: letters for name, (_, letters) in _OTHERS.items()}
        )
        self._of_script: dict[str, list[str]] = defaultdict(list)
        for name, words in [*telling.items(), *((name, words.split()[:1]) for name, (words, _) in _OTHERS.items())]:
            self._of_script[_script("".join(words))].append(name)

    def language_of(self, text: str) -> Language:
        """By script, words and letters; English if in doubt."""
        sample = text[:_SAMPLE].replace("İ", "i").lower()
        script = _script(sample)
        evidence: dict[str, float] = defaultdict(float)
        for letter in self._letters.keys() & set(sample):
            for name, share in self._letters[letter].items():
                evidence[name] = min(evidence[name] + share * _LETTERS, _LETTERS)
        words = Counter(_WORD.findall(sample))
        for word in words.keys() & self._words.keys():
            for name, share in self._words[word].items():
                evidence[name] += share * sqrt(words[word])
        best = max(self._of_script[script], key=lambda name: round(evidence[name], 6))  # of equals, the first
        return BY_NAME.get(best if evidence[best] >= _ENOUGH else script, ENGLISH)


def _script(sample: str) -> str:
    """The language that stands for the script of a text."""
    if not sample.isascii():
        letters = sum(map(str.isalpha, sample))
        for name, script in _SCRIPTS:
            if len(script.findall(sample)) * 5 > letters:
                return name
    return ENGLISH.name


def _shared(known: Mapping[str, Iterable[str]], others: Mapping[str, Iterable[str]]) -> dict[str, dict[str, float]]:
    """By word or letter, the languages that have it, with what it tells for each."""
    names: dict[str, list[str]] = defaultdict(list)
    for name, words in [*known.items(), *others.items()]:
        for word in dict.fromkeys(words):
            if word not in _INITIALS:
                names[word].append(name)
    among_known = {word: max(1, sum(name in known for name in having)) for word, having in names.items()}
    return {word: dict.fromkeys(having, 1 / among_known[word]) for word, having in names.items()}


language_of = Detector({language.name: language.telling_words for language in LANGUAGES}).language_of


def language_of_document(text: str) -> Language:
    """The language of most of the text, whatever it begins with."""
    if len(text) <= _SAMPLE:
        return language_of(text)
    size, step = _SAMPLE // _SAMPLES, len(text) // _SAMPLES
    return language_of(" ".join(text[start : start + size] for start in range(0, step * _SAMPLES, step)))
