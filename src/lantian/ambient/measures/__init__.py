"""Other measures: dustfall months, road dust, species; each with its intake, figures and campaign triggers.

```python
from lantian.ambient import Period
from lantian.ambient.measures import dustfall, import_dustfall
from lantian.lake import Lake

lake = Lake.open("dust", create=True)
print("\\n".join(import_dustfall(["dustfall.csv"], lake).lines()))
month = dustfall(lake, Period.parse("2025-02"))
print(month.summary.statement("zh", "县（市、区）"))
```
"""

from lantian.ambient.measures.dustfall import dustfall
from lantian.ambient.measures.dustfall_campaign import dustfall_triggers
from lantian.ambient.measures.dustfall_intake import import_dustfall
from lantian.ambient.measures.dustfall_records import (
    CityDustfall,
    Dustfall,
    Summary,
    UnitDustfall,
    summarise,
)
from lantian.ambient.measures.mass_closure import IonBalance, MassClosure, mass_closure
from lantian.ambient.measures.ozone_potential import OzonePotential, SpeciesPotential, ozone_potential
from lantian.ambient.measures.record import Record, Trigger
from lantian.ambient.measures.road_campaign import road_triggers
from lantian.ambient.measures.road_dust import (
    County,
    RankedRoad,
    Road,
    RoadDust,
    RoadSample,
    road_dust,
    road_ranks,
)
from lantian.ambient.measures.road_intake import import_road_dust, import_road_ranks
from lantian.ambient.measures.species_intake import SpeciesWishes, import_species
from lantian.ambient.measures.species_table import Species, SpeciesTable
from lantian.ambient.measures.species_values import SpeciesMean, species_means
from lantian.ambient.measures.weighing import Weighing, weigh

__all__ = [
    "CityDustfall",
    "County",
    "Dustfall",
    "IonBalance",
    "MassClosure",
    "OzonePotential",
    "RankedRoad",
    "Record",
    "Road",
    "RoadDust",
    "RoadSample",
    "Species",
    "SpeciesMean",
    "SpeciesPotential",
    "SpeciesTable",
    "SpeciesWishes",
    "Summary",
    "Trigger",
    "UnitDustfall",
    "Weighing",
    "dustfall",
    "dustfall_triggers",
    "import_dustfall",
    "import_road_dust",
    "import_road_ranks",
    "import_species",
    "mass_closure",
    "ozone_potential",
    "road_dust",
    "road_ranks",
    "road_triggers",
    "species_means",
    "summarise",
    "weigh",
]
