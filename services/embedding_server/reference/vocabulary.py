"""What made-up job postings and users are made of. Values only."""

from collections.abc import Mapping
from typing import NamedTuple


class Profession(NamedTuple):
    """A profession, what one must be able to do in it, and what it pays in the middle, a year."""

    title: str
    salary: int
    skills: tuple[str, ...]


class City(NamedTuple):
    """A city, its country, and what salaries are there beside the usual ones."""

    name: str
    country: str
    level: float


def _skills(said: str) -> tuple[str, ...]:
    return tuple(skill.strip() for skill in said.split(","))


FIELDS: Mapping[str, tuple[Profession, ...]] = {
    "software": (
        Profession("Backend Developer", 68_000, _skills(
            "Python, Go, PostgreSQL, REST design, message queues, Docker, code review, Linux, caching, profiling")),
        Profession("Frontend Developer", 62_000, _skills(
            "TypeScript, React, CSS layout, accessibility, web performance, design systems, testing library,"
            " browser debugging, GraphQL clients, state management")),
        Profession("Site Reliability Engineer", 78_000, _skills(
            "Kubernetes, Terraform, incident response, Prometheus, Linux, capacity planning, on-call rotations, Go,"
            " load balancing, disaster recovery")),
        Profession("Mobile Developer", 65_000, _skills(
            "Swift, Kotlin, app store releases, offline storage, push notifications, accessibility, crash analysis,"
            " mobile security, animation, continuous delivery")),
    ),
    "data": (
        Profession("Data Engineer", 72_000, _skills(
            "Spark, Airflow, data modelling, SQL, Python, streaming pipelines, data quality, Parquet, Kafka,"
            " warehouse design")),
        Profession("Data Scientist", 74_000, _skills(
            "statistics, Python, experiment design, regression models, feature engineering, SQL, forecasting,"
            " data visualisation, causal inference, gradient boosting")),
        Profession("Machine Learning Engineer", 82_000, _skills(
            "PyTorch, model serving, feature stores, vector search, GPU scheduling, Python, evaluation pipelines,"
            " fine-tuning, monitoring drift, distributed training")),
        Profession("Business Analyst", 58_000, _skills(
            "requirements workshops, SQL, dashboards, process mapping, stakeholder interviews, spreadsheets,"
            " cost analysis, user stories, reporting, data visualisation")),
    ),
    "health": (
        Profession("Registered Nurse", 48_000, _skills(
            "patient care, medication rounds, wound dressing, shift handover, emergency triage, patient records,"
            " infection control, family counselling, vital signs, discharge planning")),
        Profession("Physiotherapist", 46_000, _skills(
            "manual therapy, rehabilitation plans, gait analysis, sports injuries, patient education,"
            " group exercise, post-operative care, pain management, posture assessment, patient records")),
        Profession("Medical Laboratory Technician", 44_000, _skills(
            "blood analysis, microscopy, sample preparation, quality control, laboratory safety, histology,"
            " calibration, clinical chemistry, microbiology, documentation")),
        Profession("Pharmacist", 60_000, _skills(
            "dispensing, drug interactions, patient counselling, inventory control, regulatory compliance,"
            " compounding, vaccination, clinical trials, documentation, quality control")),
    ),
    "trades": (
        Profession("Electrician", 45_000, _skills(
            "wiring, circuit testing, switchboards, photovoltaic systems, safety inspection, blueprint reading,"
            " motor control, building automation, fault finding, heat pumps")),
        Profession("Plumber", 43_000, _skills(
            "pipe fitting, heating systems, leak detection, heat pumps, bathroom renovation, welding,"
            " drainage, gas installation, blueprint reading, customer service")),
        Profession("Carpenter", 41_000, _skills(
            "timber framing, joinery, roof construction, furniture making, blueprint reading, stair building,"
            " wood selection, power tools, interior fitting, restoration")),
        Profession("Welder", 42_000, _skills(
            "MIG welding, TIG welding, blueprint reading, steel construction, quality control, plasma cutting,"
            " pipe welding, safety inspection, metal finishing, robot welding")),
    ),
    "commerce": (
        Profession("Account Manager", 56_000, _skills(
            "key accounts, negotiation, sales forecasts, customer relations, contract renewal, presentations,"
            " pipeline management, upselling, market analysis, trade fairs")),
        Profession("Buyer", 52_000, _skills(
            "supplier negotiation, tenders, cost analysis, inventory control, contract law, quality control,"
            " import rules, spreadsheets, market analysis, logistics planning")),
        Profession("Marketing Manager", 60_000, _skills(
            "campaign planning, search advertising, brand strategy, content marketing, email automation,"
            " market analysis, budget control, social media, presentations, conversion analysis")),
        Profession("Warehouse Supervisor", 44_000, _skills(
            "shift planning, forklift operation, inventory control, goods receipt, safety inspection,"
            " order picking, team leadership, logistics planning, scanner systems, dispatch")),
    ),
    "education": (
        Profession("Primary School Teacher", 50_000, _skills(
            "lesson planning, reading instruction, classroom management, parent meetings, inclusion,"
            " arithmetic teaching, school trips, assessment, music lessons, digital boards")),
        Profession("Language Teacher", 46_000, _skills(
            "conversation classes, grammar instruction, exam preparation, online teaching, lesson planning,"
            " pronunciation training, course design, assessment, intercultural training, literature")),
        Profession("Social Worker", 45_000, _skills(
            "case management, family counselling, crisis intervention, youth work, public authorities,"
            " documentation, addiction prevention, group work, refugee support, home visits")),
        Profession("Kindergarten Teacher", 40_000, _skills(
            "early childhood education, play pedagogy, parent meetings, language development, music and movement,"
            " inclusion, first aid, outdoor activities, documentation, settling-in phases")),
    ),
}  # fmt: skip

SENIORITIES: tuple[tuple[str, float], ...] = (("Junior", 0.8), ("Experienced", 1.0), ("Senior", 1.2), ("Lead", 1.4))

CITIES = (
    City("Berlin", "Germany", 1.0), City("Hamburg", "Germany", 1.03), City("Munich", "Germany", 1.15),
    City("Cologne", "Germany", 1.02), City("Leipzig", "Germany", 0.88), City("Vienna", "Austria", 1.0),
    City("Graz", "Austria", 0.93), City("Zürich", "Switzerland", 1.6), City("Geneva", "Switzerland", 1.55),
    City("Paris", "France", 1.08), City("Lyon", "France", 0.95), City("Toulouse", "France", 0.92),
    City("Madrid", "Spain", 0.8), City("Barcelona", "Spain", 0.82), City("Lisbon", "Portugal", 0.7),
    City("Porto", "Portugal", 0.66), City("Milan", "Italy", 0.88), City("Rome", "Italy", 0.82),
    City("Amsterdam", "Netherlands", 1.12), City("Utrecht", "Netherlands", 1.05), City("Brussels", "Belgium", 1.02),
    City("Copenhagen", "Denmark", 1.25), City("Stockholm", "Sweden", 1.1), City("Göteborg", "Sweden", 1.02),
    City("Oslo", "Norway", 1.3), City("Helsinki", "Finland", 1.03), City("Warsaw", "Poland", 0.65),
    City("Kraków", "Poland", 0.62), City("Prague", "Czechia", 0.68), City("Dublin", "Ireland", 1.15),
)  # fmt: skip

COMPANY_FIRST = (
    "Alder", "Birch", "Cedar", "Delta", "Ember", "Fjord", "Granite", "Harbour", "Indigo", "Juniper", "Kestrel", "Lumen",
    "Meridian", "Northwind", "Orchard", "Pioneer", "Quartz", "Rowan", "Summit", "Tidal",
)  # fmt: skip
COMPANY_SECOND = (
    "Analytics", "Brothers", "Care", "Collective", "Foundry", "Group", "Holdings", "Industries", "Labs", "Logistics",
    "Partners", "Services", "Solutions", "Systems", "Works",
)  # fmt: skip

OFFERS = (
    "flexible working hours", "a company bicycle", "thirty days of leave", "a training budget", "a permanent contract",
    "a share in the profit", "day care on site", "relocation support", "a four-day week", "free public transport",
    "mentoring for newcomers", "paid overtime", "a quiet office", "a company pension", "sabbaticals after three years",
    "meals in the canteen", "health courses", "an international team", "short ways to decisions", "modern equipment",
)  # fmt: skip

WISHES = (
    "wants to lead a team", "prefers small companies", "looks for part-time work", "wants to work from home",
    "would move for the right job", "likes to travel for work", "wants to learn more every year",
    "prefers public employers", "is available at once", "is available in three months", "returns from parental leave",
    "wants a permanent contract",
)  # fmt: skip
