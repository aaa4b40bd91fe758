import type { Option } from "../../lib/benchmark/index";

/** The question: an old man has slipped on an icy pavement. What should a passer-by do? */
export const options: Option[] = [
  { letter: "A", text: "Pull the man to his feet by both arms so that he does not get cold." },
  { letter: "B", text: "Ask him where it hurts and call an ambulance if he cannot stand up." },
  { letter: "C", text: "Walk on, because other people nearby will take care of him." },
  { letter: "D", text: "Take a photo of the ice and post it online to warn the neighbours." },
];

/** Replies written before their author had seen the reader, each with the letter a person reads. */
export const replies: [reply: string, read: string | null][] = [
  // Letters alone, in every wrapping.
  ["B", "B"],
  ["b.", "B"],
  ["(b)", "B"],
  ["[B]", "B"],
  ["**B**", "B"],
  ["*B.*", "B"],
  ["`B`", "B"],
  ["$\\boxed{\\text{B}}$", "B"],
  ["\\(\\boxed{B}\\)", "B"],
  ["「B」", "B"],
  ["【D】", "D"],
  ["<answer>\nB\n</answer>", "B"],
  ["<final_answer>c</final_answer>", "C"],
  ["```\nA\n```", "A"],
  ["Ｂ", "B"],
  ["Ⓑ", "B"],
  ["### B", "B"],
  ["<|begin_of_box|>B<|end_of_box|>", "B"],
  ["B<|im_end|>", "B"],
  ['"B"', "B"],
  ["Option b", "B"],
  ["ANSWER=B", "B"],
  ["> **Answer:** B", "B"],
  ["| Question | Answer |\n|---|---|\n| 1 | B |", "B"],

  // Structured output.
  ['{"answer": "B", "confidence": 0.87}', "B"],
  ['```json\n{\n  "reasoning": "A could worsen a fracture, C ignores him.",\n  "final_choice": "B"\n}\n```', "B"],
  ["{'choice': 'd'}", "D"],
  ['{"A": 0.05, "B": 0.9, "C": 0.03, "D": 0.02}\nSo I go with the most probable one, B.', "B"],
  ['{"answer": null, "reason": "The image is not clear enough."}', null],
  ["answer: B\nreason: He may be hurt and should not be moved.", "B"],
  ["<response><thought>A is too rough.</thought><choice>B</choice></response>", "B"],

  // Whole sentences.
  ["The best course of action here is option B, since the man may have a broken hip.", "B"],
  ["B) Ask him where it hurts and call an ambulance if he cannot stand up.", "B"],
  ["I would choose B because it checks for injuries before he is moved.", "B"],
  ["Of the four, B is the most appropriate.", "B"],
  ["It has to be B.", "B"],
  ["My pick: B – safety first.", "B"],
  ["Given the visible cane and the way he is lying, choice (B) seems to be the right thing to do.", "B"],
  ["Definitely not C or D. A is risky with a possible fracture. That leaves B.", "B"],
  ["Not A but B: he must not be moved before somebody knows what is wrong.", "B"],
  ["B, not A. Pulling on an injured person's arms can do harm.", "B"],
  ["Rather than A, the passer-by should go for B.", "B"],
  ["While A looks kind, the answer is B.", "B"],
  ["Everything except B either harms or ignores the man.", "B"],
  ["The only option that puts the man's wellbeing first is B.", "B"],
  ["A is wrong. C is wrong. D is wrong. B is right.", "B"],
  [
    "B makes the most sense. A could make an injury worse, C is indifferent and D helps only those who come later.",
    "B",
  ],
  ["Most people would say A, but I'd say B.", "B"],
  ["You might think the answer is A. It isn't. It's B.", "B"],

  // The text of an option, or its sense in other words.
  ["Ask him where it hurts and call an ambulance if he cannot stand up.", "B"],
  ["The best action is to ask him where it hurts and call an ambulance if he cannot stand up.", "B"],
  ["**Take a photo of the ice and post it online to warn the neighbours.**", "D"],
  ["Answer: Walk on, because other people nearby will take care of him", "C"],
  ["The passer-by should ask the man where he is hurting, and call an ambulance if he is unable to stand up.", "B"],
  ["He should pull the man to his feet by both arms, so that he doesn't get cold.", "A"],

  // Analyses with a conclusion.
  [
    "Let's go through the options:\n\nA: Pulling him up may aggravate an injury.\nB: Checks for injury and gets help.\nC: Bystander effect.\nD: Does nothing for him now.\n\nTherefore, the correct answer is **B**.",
    "B",
  ],
  [
    "**Analysis**\n\n- **A** – well meant, but dangerous for an older person.\n- **B** – respectful and safe. ✅\n- **C** – neglectful. ❌\n- **D** – off the point. ❌\n\n**Final Answer: B**",
    "B",
  ],
  ["- A ❌\n- B ✅\n- C ❌\n- D ❌", "B"],
  ["Step 1: An elderly man lies on ice.\nStep 2: He holds his hip.\nStep 3: Moving him is risky.\n\n#### B", "B"],
  ["Ranking from best to worst: B > A > D > C. So B.", "B"],
  ["Thus, the final answer is $\\boxed{\\mathrm{B}}$.", "B"],
  [
    "## Answer\n\n**B. Ask him where it hurts and call an ambulance if he cannot stand up.**\n\nThis is safer than option A, which could turn a fracture into something worse.",
    "B",
  ],
  [
    "The answer is A.\n\nWait, if his hip is broken, pulling him up is harmful. Let me correct that: the answer is B.",
    "B",
  ],
  ["I first leaned towards A, but on reflection B is better, so B is my answer.", "B"],
  ["Answer: A\n\nEdit: sorry, I misread the picture. Answer: B", "B"],
  ["B? Hmm, others are already kneeling beside him. Still, yes, B.", "B"],
  [
    "At first glance B. But the picture shows two paramedics with him already, so nothing is left to do for him; I change my answer to D.",
    "D",
  ],
  [
    "Answer: B\n\nExplanation: Option A might seem like the correct answer, but an untrained person should not lift him.",
    "B",
  ],

  // Thinking.
  ["<think>\nThe man is old. A? It could hurt him. B asks first. I think B.\n</think>\n\nB", "B"],
  ["<think>\nOkay, the obvious one is A. Hmm, no, wait. B.\n</think>\nThe answer is **B**.", "B"],
  ["<think>\nSo the man slipped. Option A would be quick, but he could have a fracture. Option B", null],
  ["◁think▷It is between A and B; B is safer.◁/think▷The correct choice is B.", "B"],
  [
    "<|channel|>analysis<|message|>User wants one letter. A is unsafe. B.<|end|><|start|>assistant<|channel|>final<|message|>B",
    "B",
  ],
  [
    "Okay, so I need to work out what to do here. A looks natural. But could pulling him do damage? Probably. C is cold. D is odd.\n</think>\n\nB",
    "B",
  ],
  ["<thinking>Both A and B help. The answer must be A.</thinking>\n<answer>A</answer>", "A"],
  ["<think>The answer is A.</think>", null],
  [
    "Let me think about this step by step. The man has fallen on the ice. First, consider option A. Pulling him up could",
    null,
  ],

  // Other languages.
  ["答案是B。", "B"],
  ["正确答案:B。因为老人可能受伤,不应随意移动。", "B"],
  ["我会选择B,而不是A。", "B"],
  ["A选项可能加重伤势,C选项冷漠,D选项无济于事,因此选B。", "B"],
  ["正解はBです。", "B"],
  ["Aは危険なので、Bを選びます。", "B"],
  ["정답은 B입니다.", "B"],
  ["저는 B를 선택하겠습니다. A는 위험할 수 있습니다.", "B"],
  ["Die richtige Antwort ist B.", "B"],
  ["Ich würde mich für B entscheiden, weil A ihn verletzen könnte.", "B"],
  ["La bonne réponse est la B.", "B"],
  ["Ce n'est pas A, mais B.", "B"],
  ["La respuesta correcta es la opción B.", "B"],
  ["Yo elegiría la B, no la A.", "B"],
  ["A alternativa correta é a letra B.", "B"],
  ["Правильный ответ: B.", "B"],
  ["Я бы выбрал вариант B, а не A.", "B"],
  ["सही उत्तर B है।", "B"],
  ["الإجابة الصحيحة هي B.", "B"],

  // No choice of the model's own.
  ["It is either A or B.", null],
  ["Both A and B are reasonable; I can't decide between them.", null],
  ["I'm sorry, but I can't help with identifying people in images.", null],
  ["None of the above.", null],
  ["If the man is unhurt, A. If he is hurt, B.", null],
  ["A passer-by would probably say A, and a doctor would say B.", null],
  ["My colleague thinks the answer is A.", null],
  ["B is better than C.", null],
  ["The options are:\nA. Pull the man to his feet.\nB. Ask him where it hurts.\nC. Walk on.\nD. Take a photo.", null],
  ["A", "A"],
  ["A man has slipped on an icy pavement and seems to be in pain.", null],
  ["I don't think it's C.", null],
  ["无法确定,A和B都有道理。", null],
  ["Es kommt darauf an: A oder B.", null],
  ["Please provide the image so that I can choose between A, B, C and D.", null],
  ["Neither A nor C is acceptable.", null],
  ["The correct answer depends on whether he is injured.", null],
  ["Would you rather choose B?", null],
];
