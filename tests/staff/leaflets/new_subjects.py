"""Two leaflets on other subjects, in our own words, made into files as a hospital would have them: a Word document and a PDF."""
import sys
from pathlib import Path

from bot.staff.leaflets.terminal import read_places
from bot.staff.map_writer import Chosen
from bot.yaml_file import read_yaml

SUBJECTS = Path(__file__).with_name("subjects")

KNEE = [
    ("h1", "Having a knee arthroscopy"),
    ("p", "Marsh Lane Sample Hospital, Day Surgery. Version 2. Issued March 2026. Review date: March 2029."),
    ("p", "This leaflet is for people who are going to have keyhole surgery on a knee. Bring it with you, and ask us about anything that is not clear."),
    ("h2", "What is a knee arthroscopy?"),
    ("p", "A knee arthroscopy is an operation in which a surgeon looks inside your knee joint with a thin camera. The camera goes in through two or three cuts that are smaller than your fingernail."),
    ("h2", "Why have I been offered it?"),
    ("p", "Your surgeon thinks that something inside the knee is torn or loose. The operation lets the surgeon see the damage and often mend it at the same time."),
    ("p", "Loose pieces can be taken out, and a torn cartilage can be trimmed or stitched."),
    ("h2", "How well does it work?"),
    ("p", "About 8 people in 10 whose knee locked or caught find that this stops. It helps less if most of the pain comes from worn joints."),
    ("h2", "Are there other treatments?"),
    ("p", "Some knees get better with physiotherapy, painkillers or losing weight. Your surgeon will have talked with you about these."),
    ("h2", "Getting ready"),
    ("p", "Do not eat for six hours before you come in. You may drink water until two hours before."),
    ("p", "Take your usual tablets with a sip of water, unless we told you otherwise. If you take warfarin, apixaban or another blood thinner, phone us at least seven days before, because you may have to stop it."),
    ("p", "Tell us if you have diabetes, as your blood sugar may change while you are not eating."),
    ("p", "Phone us if you have a cold, a cough or broken skin near the knee, because we may have to give you another date."),
    ("p", "Take off nail varnish and jewellery at home, and wear loose trousers that go over a thick bandage."),
    ("h2", "On the day"),
    ("p", "Come to Day Surgery at the time in your letter. A nurse will check your blood pressure and mark the knee with a pen."),
    ("p", "You will sign a consent form if you have not done so. Ask as many questions as you like first."),
    ("h2", "The anaesthetic"),
    ("p", "Most people have a general anaesthetic, which means that they are asleep. Some are awake with an injection that makes both legs numb for a few hours."),
    ("p", "The anaesthetist will see you before the operation and explain which is better for you."),
    ("h2", "The operation"),
    ("p", "A tight band round your thigh keeps blood away while the surgeon works. The joint is filled with salt water, so that the camera has a clear view."),
    ("p", "The operation takes about 40 minutes. The cuts are closed with paper strips or one stitch each."),
    ("h2", "Pain relief"),
    ("p", "The surgeon puts local anaesthetic into the knee, so it may feel comfortable until the evening. Take paracetamol regularly for the first three days, and do not wait until it hurts."),
    ("p", "An ice pack in a towel for 15 minutes, four times a day, brings the swelling down."),
    ("h2", "Going home"),
    ("p", "Most people leave hospital about three hours after the operation. Somebody must take you home and stay with you for the first night."),
    ("p", "Do not drive until you can press the brake hard without pain, which is often about two weeks. Check with your insurer."),
    ("p", "Do not drink alcohol or sign important papers for 24 hours after a general anaesthetic."),
    ("h2", "Stairs and walking"),
    ("p", "Go up stairs with your good leg first and down with your sore leg first. Hold the rail, and use your crutches for the first few days."),
    ("p", "You can put your full weight on the leg straight away, unless the surgeon stitched your cartilage. In that case the physiotherapist will tell you how much weight is safe."),
    ("h2", "Washing"),
    ("p", "You can have a shower after two days with a waterproof cover over the cuts. Stay out of the bath and the swimming pool until the cuts have healed, which takes about two weeks."),
    ("h2", "Your dressing"),
    ("p", "Take the thick bandage off after two days. Leave the small plasters on for ten days and keep them dry."),
    ("h2", "Preventing blood clots"),
    ("p", "Move your feet up and down often, and drink plenty of water. Wear the tight stocking on the other leg until you walk as much as usual."),
    ("p", "Do not take a flight of more than four hours in the first six weeks without asking us."),
    ("h2", "Exercises"),
    ("p", "Bend and straighten your knee ten times every hour while you are awake. Start on the day of the operation."),
    ("p", "Tighten the muscle at the front of your thigh, hold it for five seconds and let go. Leave running and football for three months."),
    ("h2", "Work"),
    ("p", "You can go back to desk work after about a week. Heavy work may need six weeks."),
    ("h2", "Risks"),
    ("p", "Problems after a knee arthroscopy are uncommon."),
    ("li", "Infection in the joint happens to about 1 person in 500."),
    ("li", "A blood clot in the leg happens to about 1 person in 300."),
    ("li", "A small patch of numb skin beside the cuts is common and may stay."),
    ("li", "Some people have swelling for several weeks."),
    ("h2", "When to get help"),
    ("p", "Go to A&E if you have any of these:"),
    ("li", "pain, redness or swelling in your calf"),
    ("li", "chest pain or trouble breathing"),
    ("li", "a high temperature"),
    ("li", "pus coming from the wound"),
    ("li", "bleeding that soaks through the bandage"),
    ("h2", "Follow-up"),
    ("p", "We will see you in clinic six weeks after the operation. The letter comes by post."),
    ("h2", "Whom to phone"),
    ("p", "Phone Day Surgery on 01632 960123, every day from 8 am to 6 pm. You can have this leaflet in large print or in another language."),
]  # fmt: skip

BOWEL = [
    ("h1", "Your colonoscopy"),
    ("p", "Marsh Lane Sample Hospital, Endoscopy Unit. Version 1. Issued May 2026. Review date: May 2028."),
    ("p", "Please read this leaflet as soon as it arrives, because you have to change what you eat some days before the test."),
    ("h2", "What is a colonoscopy?"),
    ("p", "A colonoscopy is a test that lets a doctor look at the inside of your large bowel. A soft tube with a camera goes in through your bottom."),
    ("h2", "Why do I need it?"),
    ("p", "It helps us to find out why your bowel habit has changed or why you are losing blood."),
    ("h2", "Samples and polyps"),
    ("p", "We can take tiny samples of the lining, which you do not feel. Small growths, called polyps, are cut off with a wire loop, because some of them could turn into cancer after years."),
    ("h2", "Is there another test?"),
    ("p", "A CT scan can show the bowel too, but no samples can be taken in it. Ask the doctor who sent you if it would do for you."),
    ("h2", "What to eat in the days before"),
    ("p", "For two days before, eat only white bread, plain chicken, eggs or white rice. Do not eat fruit, vegetables, nuts, seeds or brown bread."),
    ("p", "Eat nothing after breakfast on the day before the test. Clear drinks, such as water, black tea and clear soup, are allowed until two hours before."),
    ("h2", "Emptying your bowel"),
    ("p", "Your bowel must be empty, or the doctor can't see. Drink the first sachet of the bowel preparation at 6 pm on the day before, and the second at 6 am on the day."),
    ("p", "Stir each sachet into a litre of water and drink it over an hour; it goes down better cold and through a straw."),
    ("p", "Stay near a toilet, as you will need it often. You are ready when only clear yellow water comes."),
    ("h2", "Your medicines"),
    ("p", "Stop iron tablets seven days before. Keep taking your other tablets, unless they thin your blood."),
    ("p", "If you take a blood thinner such as warfarin or clopidogrel, phone the unit as soon as you get this leaflet."),
    ("p", "The bowel preparation can wash the contraceptive pill out, so use another method for seven days."),
    ("h2", "If you have diabetes"),
    ("p", "Phone the unit for a plan, because you will eat little for two days. Ask for a morning appointment."),
    ("h2", "If you may be pregnant"),
    ("p", "Phone us before you drink the bowel preparation, because we usually put the test off."),
    ("h2", "When you arrive"),
    ("p", "Come to the Endoscopy Unit on Level 1 fifteen minutes before your appointment. A nurse asks about your health, takes your blood pressure and puts a small tube into a vein."),
    ("p", "The doctor explains the test and asks you to sign the consent form. You may change your mind at any time."),
    ("h2", "What happens in the test?"),
    ("p", "You lie on your left side with your knees bent. The doctor passes the tube round the bowel and blows in a little gas, so you may feel full of wind."),
    ("p", "A nurse stays beside you and may press on your tummy or ask you to turn over. The test takes 30 to 45 minutes."),
    ("h2", "Will I be awake?"),
    ("p", "You can have a sedative injection that makes you sleepy, or breathe gas and air. With the sedative you may not remember the test."),
    ("h2", "Does it hurt?"),
    ("p", "You may have cramps when the tube goes round a bend. Tell the nurse, who can give you more pain relief."),
    ("h2", "What are the risks?"),
    ("p", "About 1 person in 2,000 gets a small tear in the bowel, which may need an operation. Bleeding happens to about 1 person in 200 after a polyp is removed."),
    ("p", "Now and then the doctor can't get the tube all the way round, and another test is needed."),
    ("h2", "Afterwards"),
    ("p", "You rest with us for about an hour. You can eat and drink as normal straight away."),
    ("p", "If you had the sedative, an adult must take you home and stay with you for 24 hours. Do not drive, drink alcohol or use machines for 24 hours."),
    ("p", "After gas and air you may drive home once you have rested for half an hour."),
    ("p", "You can go back to work the next day."),
    ("h2", "Wind and cramps"),
    ("p", "Your tummy may feel blown up for a day, until the gas has come out. Walking about and warm drinks help."),
    ("p", "A few spots of blood on the paper are usual after samples were taken."),
    ("h2", "Your results"),
    ("p", "The nurse tells you what was seen before you leave. Results of samples take about three weeks and are posted to you and your GP."),
    ("h2", "When to get help"),
    ("p", "Go to A&E straight away if you have:"),
    ("li", "bad tummy pain that does not go away"),
    ("li", "a lot of blood from your bottom"),
    ("li", "a high temperature"),
    ("li", "black poo"),
    ("h2", "Contact us"),
    ("p", "Phone the Endoscopy Unit on 01632 960456, Monday to Friday, 9 am to 5 pm. The Bowel Nurse answers questions about your results on the same number."),
]  # fmt: skip


def passages_of(name: str) -> dict[str, list[Chosen]]:
    """Which sentences of the leaflet `name` (knee or bowel) answer which topic."""
    return {topic: read_places(", ".join(places)) for topic, places in read_yaml(SUBJECTS / f"{name}_passages.yml").items()}


def knee_docx(file: Path) -> Path:
    """The knee leaflet as a Word document with heading and list styles."""
    import docx

    document = docx.Document()
    styles = {"h1": "Title", "h2": "Heading 1", "p": "Normal", "li": "List Bullet"}
    for kind, text in KNEE:
        document.add_paragraph(text, style=styles[kind])
    document.save(file)
    return file


def bowel_pdf(file: Path) -> Path:
    """The colonoscopy leaflet as a PDF of two pages with a footer on each."""
    from fpdf import FPDF

    class Paper(FPDF):
        def footer(self) -> None:
            self.set_y(-15)
            self.set_font("Helvetica", size=8)
            self.cell(0, 10, f"Marsh Lane Sample Hospital   Page {self.page_no()} of 2")

    paper = Paper()
    paper.set_auto_page_break(True, margin=22)
    paper.add_page()
    for kind, text in BOWEL:
        size, style, before = {"h1": (20, "B", 0), "h2": (14, "B", 4), "p": (10, "", 1), "li": (10, "", 0)}[kind]
        paper.ln(before)
        paper.set_font("Helvetica", style=style, size=size)
        paper.multi_cell(0, size / 2, f"\x95 {text}" if kind == "li" else text, new_x="LMARGIN", new_y="NEXT")
    paper.output(str(file))
    return file


def main() -> None:
    """Command line: `python -m tests.staff.leaflets.new_subjects FOLDER` writes both files into FOLDER, to try `make leaflet` with."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    print(knee_docx(folder / "knee.docx"), bowel_pdf(folder / "bowel.pdf"), sep="\n")


if __name__ == "__main__":
    main()
