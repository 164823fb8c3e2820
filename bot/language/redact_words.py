"""Words by which `bot.language.redaction` tells names from other words."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ORDINARY = _words("""
a an the my your his her our their this that these those some any no not and or but so if when while after before
since because as at by for from in into of off on out over to up with without about is are was were am be been being
has have had do does did will would can could should may might must i me you he she it we they who what which where
why how there here now then still just very too also only even ever never always often sometimes again already pain
pains hurt hurts sore ache aches aching back pelvis hip hips leg legs tummy belly help helps said says say told
tells thinks think wants want needs need keeps gets got goes went made makes birth born weeks week months month days
day old new bump sling carrier seat bath bottle weight wakes cries sleeps feeds feeding carrying lifting holding
came arrived kicks kicking moves moving girl boy local nearest general maternity children's teaching private big
small next last first second walking sitting standing lying bed side today yesterday tomorrow time night morning
room ward blues brain monitor gym bra belt pregnant labour tired really
""")
"""Words that follow "baby", "husband" or "from" and are no names."""
KEPT_CAPITALS = _words("""
i i'm i'd i've i'll im ive id gp nhs spd pgp si tens mri ct icu er ok c vbac iud nsaid nsaids bmi ivf hrt uti dvt
a&e sij tv pt
""")
"""Written with capitals and no names."""
FIRST_NAMES = _words("""
sarah emma olivia amelia isla ava mia sophie sophia emily chloe jessica lauren hannah rebecca rachel laura lucy
charlotte katie kate kathryn catherine katherine elizabeth lizzie beth amy anna anne annie ann maria mary marie
margaret patricia jennifer jenny linda barbara susan karen nancy lisa betty helen sandra donna carol ruth sharon
michelle kimberly deborah debbie stephanie cynthia kathleen shirley angela melissa brenda pamela nicole samantha
christine christina julie julia joyce victoria kelly joan evelyn judith megan andrea cheryl jacqueline martha gloria
teresa ellie zoe leah ella molly lily millie phoebe freya erin eva maya nina nadia aisha amina zainab maryam khadija
layla leila noor sana sara yasmin zara ali ahmed mohammed muhammad mohamed omar hassan hussein ibrahim ismail yusuf
abdul john james robert michael mike david william bill richard joseph joe thomas tom tommy charles charlie
christopher chris daniel dan danny matthew matt anthony tony donald steven steve paul andrew andy joshua josh
kenneth kevin brian george timothy tim ronald edward eddie jason jeffrey ryan jacob gary nicholas nick eric jonathan
stephen larry justin scott brandon benjamin ben samuel sam gregory alexander alex patrick raymond jerry dennis tyler
aaron jose henry harry adam nathan peter zachary kyle noah oliver liam ethan lucas luke logan mason elijah leo oscar
archie alfie theo freddie arthur simon martin neil ian stuart graham keith sean connor callum jamie lewis smith
jones johnson davies evans wilson robinson thompson murphy garcia martinez rodriguez lopez gonzalez khan patel singh
kaur nguyen kim lee wang chen
""")
"""Those that a list of English words has too. Names that are words as well (Rose, Will) go by their capital only."""
