"""Words people type: misspellings with what was meant, and words that mean nothing clinical."""

from __future__ import annotations

# The cut-offs of the suggestions were set on these.
MISSPELT = """
diabetis=diabetes  hypertention=hypertension  neumonia=pneumonia  metphormin=metformin
athsma=asthma  asma=asthma  arthritus=arthritis  anemea=anaemia  diarrea=diarrhoea
diahrea=diarrhoea  hemoroids=haemorrhoids  hemmorage=haemorrhage  alzhimers=Alzheimer's
parkinsens=Parkinson's  epilepsey=epilepsy  migrane=migraine  menengitis=meningitis
tonsilitis=tonsillitis  bronkitis=bronchitis  apendicitis=appendicitis  ezcema=eczema
soriasis=psoriasis  siatica=sciatica  angena=angina  strok=stroke  siezure=seizure
thyriod=thyroid  colesterol=cholesterol  prostrate=prostate  pnumothorax=pneumothorax
catarac=cataract  glocoma=glaucoma  osteoperosis=osteoporosis  reumatoid=rheumatoid
leukimia=leukaemia  lukemia=leukaemia  chemotherepy=chemotherapy  biopsey=biopsy
colonoscapy=colonoscopy  ultrasond=ultrasound  electrocardiagram=electrocardiogram
paracetamal=paracetamol  ibuprophen=ibuprofen  amoxicilin=amoxicillin  warferin=warfarin
omeprazol=omeprazole  simvastatine=simvastatin  furosimide=furosemide  prednisalone=prednisolone
sertralin=sertraline  citalapram=citalopram  kwetiapine=quetiapine  gabapenten=gabapentin
levothyroxin=levothyroxine  insuline=insulin  penicilin=penicillin  salbutamal=salbutamol
myocardial infraction=myocardial infarction  hart attack=heart attack
high blood presure=high blood pressure  shortnes of breath=shortness of breath
atrial fibrilation=atrial fibrillation  hart failure=heart failure
kidny stones=kidney stones  gall stons=gall stones  urinary tract infecton=urinary tract infection
multiple sclorosis=multiple sclerosis  deep vain thrombosis=deep vein thrombosis
pulmonary embolisim=pulmonary embolism  anafylaxis=anaphylaxis  sepsys=sepsis
""".strip()

# Written with them and looked at only when the cut-offs stood.
MISSPELT_UNSEEN = """
apnia=apnoea  arrythmia=arrhythmia  tackycardia=tachycardia  bradicardia=bradycardia
hypoglycimia=hypoglycaemia  hyperthyrodism=hyperthyroidism  jaundise=jaundice  cirosis=cirrhosis
hepatitus=hepatitis  pancreatitus=pancreatitis  divertikulitis=diverticulitis  nausia=nausea
vomitting=vomiting  dysfagia=dysphagia  hematurea=haematuria  incontinance=incontinence
dimentia=dementia  skizophrenia=schizophrenia  depresion=depression  insomia=insomnia
vertego=vertigo  tinitus=tinnitus  conjuctivitis=conjunctivitis  shingels=shingles
celulitis=cellulitis  absess=abscess  urticarya=urticaria  fibromialgia=fibromyalgia
tendonitus=tendonitis  fractur=fracture  melonoma=melanoma  limphoma=lymphoma
metastisis=metastasis  benine=benign  malignent=malignant  prognosys=prognosis
bilatral=bilateral  ischemea=ischaemia  stinosis=stenosis  anticoagulent=anticoagulant
diuretik=diuretic  statine=statin  amlodapine=amlodipine  bisoprolal=bisoprolol  ramiprill=ramipril
atorvastatine=atorvastatin  clopidogril=clopidogrel  apixiban=apixaban  lisinipril=lisinopril
naproxin=naproxen  tramadole=tramadol  azithromicin=azithromycin  doxycyclin=doxycycline
levetirasetam=levetiracetam  fluoxitine=fluoxetine  mirtazipine=mirtazapine
methatrexate=methotrexate
dialisis=dialysis  catheder=catheter  endoscapy=endoscopy  physiotherepy=physiotherapy
laparascopy=laparoscopy  caesarian section=caesarean section  electrolites=electrolytes
hemaglobin=haemoglobin  creatinin=creatinine  bilirubine=bilirubin  abdomin=abdomen
oesofagus=oesophagus  coronary artry disease=coronary artery disease
chronic obstructive pulmonery disease=chronic obstructive pulmonary disease
rheumatiod arthritis=rheumatoid arthritis  irritable bowl syndrome=irritable bowel syndrome
""".strip()

NONSENSE = """
qwxz florbinate table zzzz asdfgh blorptex quintamole glimfarb snorvel xyzzy trandolfix vexamoria
kitchen window bicycle meeting invoice laptop democracy weather holiday elephant umbrella teacher
guitar sandwich keyboard parliament mountain newspaper calendar football computer chocolate
restaurant telephone university Saturday Berlin London Margaret Thompson Hamburg Williams
strawberry landscape accountant printer spreadsheet 12345 !!! wombling brackish lumberjack
kitchen%table annual%report good%morning next%week bus%station
""".strip()

NONSENSE_UNSEEN = """
trelvonix dorpamine gaxilotrine pluvicor mistrandol frobnicate wibble grelkin hjklm plonk
battery curtain diplomat envelope fountain gardener harbour insurance jacket kingdom library
magazine neighbour orchestra passenger quarter railway saucepan theatre village wardrobe
yesterday zoology airplane butterfly cathedral detective excavator firework galaxy hurricane
Manchester Elizabeth Johnson Frankfurt Amsterdam Patricia meridian sandal pastel marathon
stapler tablecloth cardigan parsnip cinnamon dolphin pelican melody rocket
shopping%list coffee%machine quarterly%results train%ticket
""".strip()


def misspelt(text: str) -> list[tuple[str, str]]:
    """Return pairs of what was typed and what was meant."""
    pairs = []
    for line in text.splitlines():
        for part in line.split("  "):
            typed, meant = part.strip().split("=")
            pairs.append((typed, meant))
    return pairs


def nonsense(text: str) -> list[str]:
    """Return the words; a percent sign stands for a space."""
    return [word.replace("%", " ") for word in text.split()]
