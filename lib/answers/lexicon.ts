/**
 * The words that `strict` understands, by what they do in a clause, in English, Chinese, Spanish, German and French.
 * All are in lower case.
 */

/** Chinese words that are one token each; every other Chinese character is a token of its own. */
export const CHINESE_WORDS =
  "答案|选项|選項|选择|選擇|正解|答え|最佳|最好|最合适|最恰当|最适合|最合理|正确|行动|所以|因此|但是|因为|如果|否则|或者";

/** A class of words, listed as words and as patterns such as "choos\\w*". */
export interface WordClass {
  has(word: string | undefined): boolean;
}

function wordClass(list: string): WordClass {
  const entries = list.normalize("NFKC").trim().split(/\s+/);
  const words = new Set(entries.filter((entry) => !/[\\[(?]/.test(entry)));
  const patterns = entries.filter((entry) => !words.has(entry)).join("|");
  const pattern = patterns ? new RegExp(`^(?:${patterns})$`, "u") : undefined;
  return { has: (word) => word !== undefined && (words.has(word) || pattern?.test(word) === true) };
}

/** Nouns that name the choice, and verbs that make it. A clause that holds one is about the choice. */
export const CHOICE = wordClass(`
  answer answers answer's answer’s choice decision recommendation selection boxed choos\\w* chosen meant select\\w* pick\\w* recommend\\w* prefer vote lean leaves
  答案 选择 選擇 选 選 正解 答え 정답\\p{L}* 답\\p{L}* ответ\\p{L}* الإجابة الجواب उत्तर คำตอบ[\\p{L}\\p{M}]* respuesta elección eleg\\w*ía elij\\w+ elige elegir escog\\w*ía escojo recomiendo
  выбираю scelgo escolho
  antwort wahl entscheid\\w+ wähl\\p{L}+ empfehle réponse choix chois\\w+ recommande\\w* opterais risposta resposta`);
/** Its verbs, where somebody else may be speaking. */
export const VERB = wordClass("choose select pick vote prefer say argue answer go think believe");
/** The same in the past or third person: "a bystander picked", "she says". */
export const REPORTED = wordClass(`
  chose chosen chooses selects selected picks picked prefers preferred says said argue[sd] answered thinks believe[sd] claim(?:s|ed)
  insist(?:s|ed) assume[sd] recommends`);
/** Words by which a clause speaks of the speaker or of what should be done. */
export const FIRST_PERSON = wordClass("i i['’](?:d|ll|m|ve) we we['’](?:d|ll|ve) let's let’s me my our");
/** What "my" and "our" speak of, if it is the speaker's: "in my opinion". */
export const OPINION = wordClass("opinion view mind judg\\w* guess instinct gut analysis reasoning");
/** Subjects by which a verb right after them is not the speaker's. */
export const THIRD_PERSON = wordClass("he she they everyone everybody someone somebody");
export const DUTY = wordClass("should must ought has need needs");
export const WOULD = wordClass("would will");
export const COPULA = wordClass("is are was be been");
export const INDEFINITE = wordClass("one another a an some");

/** Adjectives that single out one option. */
export const PRAISE = wordClass(`
  best correct right safest wisest ideal optimal preferred remaining
  最佳 最好 最合适 最恰当 最适合 最合理 正确 mejor correct[oa] best(?:e|en|er|es) richtig\\w* korrekt\\w* sinnvollste\\w*
  meilleure? bonne correcte`);
/** Adjectives that compare two options: "safer than B", "preferable to B". */
export const COMPARATIVE = wordClass("better safer wiser preferable superior beats");
/** Adjectives that single out one option only in "the most … option" or "the … option". */
export const FITNESS = wordClass(`
  appropriate suitable fitting sensible reasonable effective prudent logical advisable sense responsible helpful
  practical caring
  apropiad[oa] adecuad[oa] geeignete?\\w* appropriée?`);
export const MOST = wordClass("most more más plus");
export const OPTION = wordClass(`
  option options action actions course step response solution opción acción maßnahme handlung l'action 选项 行动`);
/** Words that leave a label's clause as bare as the label itself: "So it's definitely option B." */
export const FILLER = wordClass(`
  option options opción l'option 选项 the la then i i'd i'll i’d it it's it’s is be would think believe say just my
  definitely clearly probably certainly surely actually yes and`);

/** Words that negate what follows them, unless a word of doubt follows ("no doubt"). */
export const DENIAL = wordClass(`
  not never hardly scarcely barely cannot neither nor without except than \\w+n['’]t nicht kein\\w* ohne pas sauf no ni 不 非 не नहीं ไม่\\p{L}* ليس ليست لا`);
/** Words that introduce what the choice is only compared with. */
export const BACKGROUND = wordClass("compared unlike versus vs");
/** Words that mark an option as rejected, or as the second choice. */
export const REJECTION = wordClass(`
  wrong incorrect worse worst least poor bad mistake second other alternative reject\\w* eliminat\\w* exclud\\w* discard\\w*
  avoid\\w* risk\\w* unsafe dangerous falsch\\w* incorrect[oae]`);
export const DOUBT = wordClass("doubt question only");
/** Words that report or consider a choice without making it. */
export const REPORT = wordClass(
  "some many others people user used might may could whether thought initially podría könnte pourrait",
);
/** Words that make a choice conditional. */
export const CONDITION = wordClass(`
  if unless otherwise depend\\w* si s'il sinon wenn falls sonst 如果 若 否则`);
/** Words after "if" that make no real condition: "if I had to choose". */
export const NO_CONDITION = wordClass("i forced asked pressed");
/** Words that begin a clause to which an earlier condition does not apply. */
export const CONTRAST = wordClass("but pero sino sondern aber mais 但是 但");
/** Words at which a new clause begins. */
export const CLAUSE_START = wordClass(`
  but because since although though while whereas so therefore thus hence however
  所以 因此 但是 但 因为 而 pero sino porque aunque sondern aber weil denn mais parce car`);

/** Words by which a reply takes back what it said before. */
export const CORRECTION = wordClass(
  "correction actually wait sorry meant mean reconsider\\w* reconsideration scratch no",
);

/**
 * Words that show an "A", "E", "O" or "Y" before them to be a label: words of grammar, which never follow an article or
 * a conjunction, and verbs in -s. Before any other word it is an ordinary word.
 */
export const AFTER_LABEL = wordClass(`
  is isn't isn’t are was would should must will may might could can cannot can't has had does do and or nor but because
  since if not rather instead over than in on at for with to of by from as when that this the it he she they we i you
  here now immediately
  (?!means|lens|series|species|gas|canvas)\\w+[^suai]s
  ist est es und oder et ou o y u sería würde wäre wählen porque parce weil car`);
