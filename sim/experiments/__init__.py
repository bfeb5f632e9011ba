"""Many markets: compare programme designs in paired worlds, keep every finished one, resume; ablations; studies."""

from sim.experiments.ablation import Ablation, AblationPlan, ablate
from sim.experiments.campaign import CampaignLift, CampaignPlan, campaign_lift
from sim.experiments.compare import compare
from sim.experiments.comparison import Comparison
from sim.experiments.dossier import Dossier, dossier
from sim.experiments.enough import Until
from sim.experiments.errors import CellError, ExperimentError, Interrupted
from sim.experiments.explain import Explanation, Question, explain
from sim.experiments.export import DoesNotAddUp, Export, export
from sim.experiments.optimise import Front, optimise
from sim.experiments.plan import Plan, check_draws, check_seed
from sim.experiments.response import ResponseFit, fit_response
from sim.experiments.robust import Robust, robust
from sim.experiments.run import focal_path
from sim.experiments.sensitivity import Sensitivity, SensitivityPlan, sensitivity
from sim.experiments.single import Single
from sim.experiments.store import check_writable, prepare
from sim.experiments.study import Factor, Study, Sweep, load_study, sweep
from sim.experiments.watch import Watched, watch
from sim.experiments.whale import WhaleCurve, whale_curve
from sim.experiments.winners import Winners, winners

__all__ = [
    "Ablation",
    "AblationPlan",
    "CampaignLift",
    "CampaignPlan",
    "CellError",
    "Comparison",
    "DoesNotAddUp",
    "Dossier",
    "ExperimentError",
    "Explanation",
    "Export",
    "Factor",
    "Front",
    "Interrupted",
    "Plan",
    "Question",
    "ResponseFit",
    "Robust",
    "Sensitivity",
    "SensitivityPlan",
    "Single",
    "Study",
    "Sweep",
    "Until",
    "Watched",
    "WhaleCurve",
    "Winners",
    "ablate",
    "campaign_lift",
    "check_draws",
    "check_seed",
    "check_writable",
    "compare",
    "dossier",
    "explain",
    "export",
    "fit_response",
    "focal_path",
    "load_study",
    "optimise",
    "prepare",
    "robust",
    "sensitivity",
    "sweep",
    "watch",
    "whale_curve",
    "winners",
]
