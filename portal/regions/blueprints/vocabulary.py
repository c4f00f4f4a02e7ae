"""The words a blueprint may use: every closed list of the schema."""

from __future__ import annotations

from enum import StrEnum


class ProcedureType(StrEnum):
    """How a category is bought. The admission family never compares providers with each other."""

    OPEN_HOUSE = "open_house"
    REQUIREMENTS_ADMISSION = "requirements_admission"
    SAS_ADMISSION_PER_PRODUCT = "sas_admission_per_product"
    SAS_DIALOGUE = "sas_dialogue"
    LIMITED_SELECTION = "limited_selection"
    CLOSED_SELECTION = "closed_selection"
    CLOSED_SINGLE_CONSORTIUM = "closed_single_consortium"
    JOINT_MULTI_REGION_CONTRACT = "joint_multi_region_contract"

    @property
    def is_admission(self) -> bool:
        return self in (self.OPEN_HOUSE, self.REQUIREMENTS_ADMISSION, self.SAS_ADMISSION_PER_PRODUCT)


class BoughtAt(StrEnum):
    REGIONAL = "regional"
    LOCAL = "local"
    BOTH = "both"


class Orientation(StrEnum):
    RECOVERY = "recovery"
    SUPPORT = "support"


class Setting(StrEnum):
    AMBULATORY = "ambulatory"
    RESIDENTIAL = "residential"


class Direction(StrEnum):
    GROW = "grow"
    SHRINK = "shrink"
    STABLE = "stable"
    NOT_APPLICABLE = "na"


class FundingModel(StrEnum):
    PXQ = "pxq"
    TRAJECT_PRICE = "traject_price"
    MONTH_PRICE = "month_price"
    AVAILABILITY = "availability"
    TASK_BASED_LUMP_SUM = "task_based_lump_sum"
    POPULATION_BUDGET = "population_budget"
    PROFILE_INTENSITY_PRICE = "profile_intensity_price"
    RESULT_SHARE = "result_share"
    COST_REIMBURSEMENT = "cost_reimbursement"
    BESPOKE = "bespoke"


class PriceLevel(StrEnum):
    REGION = "region"
    PROVIDER = "provider"
    PROFILE_INTENSITY = "profile_intensity"
    PROFILE_INTENSITY_PROVIDER = "profile_intensity_provider"


class CeilingType(StrEnum):
    NONE = "none"
    PRODUCTION_PER_SEGMENT = "production_per_segment"
    BUDGET_PER_PROVIDER = "budget_per_provider"
    BUDGET_INDICATION = "budget_indication"
    NORM_FRAMEWORK = "norm_framework"


class Unit(StrEnum):
    """What a tariff pays for. A half day (dagdeel) is a configured unit, four hours by custom."""

    MINUTE = "minute"
    HOUR = "hour"
    HALF_DAY = "half_day"
    DAY = "day"
    NIGHT_AND_DAY = "night_and_day"
    MONTH = "month"
    TRAJECTORY = "trajectory"
    YEAR = "year"


class SubcontractingMode(StrEnum):
    NONE = "none"
    ALLOWED = "allowed"
    MAIN_CONTRACTOR = "main_contractor"


class ObligationType(StrEnum):
    """What a goal binds to. The consequence follows from it."""

    POLICY_GOAL = "beleidsdoel"
    EFFORT = "inspanningsverplichting"
    RESULT = "resultaatafspraak"


class TargetStatus(StrEnum):
    """A target without a number is a valid target, and is not zero."""

    SET = "set"
    TBD_AT_TABLE = "tbd_at_table"
    NO_NUMBER = "no_number"


class Comparator(StrEnum):
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    EQUAL = "equal"
    CHANGE = "change"


class MeasureUnit(StrEnum):
    PERCENT = "pct"
    COUNT = "count"
    EURO = "eur"
    DAYS = "days"
    HOURS = "hours"
    MONTHS = "months"
    RATIO = "ratio"
    YES_NO = "yes_no"


class EvidenceForm(StrEnum):
    """A file is uploaded; an attestation is a signed statement of a fact and never holds a document."""

    FILE = "file"
    ATTESTATION = "attestation"


class EvidenceRule(StrEnum):
    ANY = "any"
    ALL = "all"


class AnswerKind(StrEnum):
    STATEMENT = "statement"
    TEXT = "text"
    EVIDENCE = "evidence"
    FIGURES = "figures"


class Check(StrEnum):
    PASS_FAIL = "pass_fail"
    SCORE = "score"


class Verification(StrEnum):
    """How a criterion is looked into."""

    DOCUMENT = "document"
    ATTESTATION = "attestation"
    REGISTER = "register"
    CERTIFICATE = "certificate"
    PLAN = "plan"
    INTERVIEW = "interview"
    SAMPLE = "sample"
    FIGURES = "figures"


class Renewal(StrEnum):
    ONCE = "once"
    ON_CHANGE = "on_change"
    YEARLY = "yearly"
    TWO_YEARS = "two_years"
    THREE_YEARS = "three_years"
    CERTIFICATE_DATE = "certificate_date"


class Condition(StrEnum):
    """When a criterion or obligation asks something of a provider. The facts are the provider's own."""

    ALWAYS = "always"
    INTERNAL_SUPERVISOR = "internal_supervisor"
    WNT = "wnt"
    NOT_SOLO = "not_solo"


class ObligationKind(StrEnum):
    YEARLY_EVALUATION = "yearly_evaluation"
    PROFIT_MARGIN = "profit_margin"
    WNT_DECLARATION = "wnt_declaration"
    ANNUAL_ACCOUNTABILITY = "annual_accountability"
    PRODUCTION_STATEMENT = "production_statement"
    KPI_DELIVERY = "kpi_delivery"
    POLICY_INFORMATION = "policy_information"
    EVIDENCE_RENEWAL = "evidence_renewal"
    INTERNAL_SUPERVISOR = "internal_supervisor"


class OverdueAction(StrEnum):
    NOTICE_PROVIDER = "notice_provider"
    NOTICE_CONTRACT_MANAGER = "notice_contract_manager"
    RISK_NOTE = "risk_note"
    SIGNAL = "signal"


class SupplierAction(StrEnum):
    SIGNAL = "signal"
    MORE_REFERRALS = "more_referrals"
    FEWER_REFERRALS = "fewer_referrals"
    CONVERSATION = "conversation"
    IMPROVEMENT_PLAN = "improvement_plan"
    MONITORING = "monitoring"
    JUDGEMENT = "judgement"
    STOP_REFERRALS = "stop_referrals"
    RESUME_REFERRALS = "resume_referrals"
    SUPERVISION_ENFORCEMENT = "supervision_enforcement"
    DISSOLVE = "dissolve"
    PHASE_OUT = "phase_out"


class DecisionSubject(StrEnum):
    VISION = "vision"
    STRATEGY = "strategy"
    REMOVE_PRODUCT_OR_PARTY = "remove_product_or_party"
    ADD_PRODUCT_OR_PARTY = "add_product_or_party"
    SHARED_GOALS = "shared_goals"
    MEDIATION = "mediation"
    RULING = "ruling"
    PHASE_PLAN = "phase_plan"
    CONTRACT_CHANGE = "contract_change"
    CONTRACT_PERFORMANCE = "contract_performance"
    CASE_RESULTS = "case_results"


class DecisionRule(StrEnum):
    """Counted over the members on the day of the decision, one vote each."""

    UNANIMOUS = "unanimous"
    MAJORITY = "majority"
    MANDATE = "mandate"
    CONSENSUS = "consensus"


class SeatGroup(StrEnum):
    MUNICIPALITY = "municipality"
    PROVIDER = "provider"
    ACCESS = "access"
    EDUCATION = "education"
    EXPERIENCE_EXPERT = "experience_expert"
    REFERRER = "referrer"
    OTHER = "other"


class Referrer(StrEnum):
    MUNICIPALITY = "municipality"
    GENERAL_PRACTITIONER = "general_practitioner"
    MEDICAL = "medical"
    COURT = "court"
    CERTIFIED_INSTITUTION = "certified_institution"


class MarginBasis(StrEnum):
    """Over which turnover the margin is counted: what the region paid, or all of the provider's turnover."""

    REGIONAL_REVENUE = "regional_revenue"
    TOTAL_REVENUE = "total_revenue"


class MarginAction(StrEnum):
    EXPLAIN = "explain"
    REINVEST = "reinvest"
    REPAY = "repay"


class TermType(StrEnum):
    STANDSTILL = "standstill"
    CONTRACTUAL_OBJECTION = "contractual_objection"


class TermStart(StrEnum):
    DAY_AFTER_SENDING = "day_after_sending"
    DAY_OF_SENDING = "day_of_sending"


class Sealing(StrEnum):
    UNTIL_CLOSING = "until_closing"
    UNTIL_SUBMITTED = "until_submitted"


class WorkdayShift(StrEnum):
    """What happens to a due date that is no working day."""

    NONE = "none"
    NEXT = "next"
    PREVIOUS = "previous"
