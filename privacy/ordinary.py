"""Identifiers too ordinary to be looked for everywhere: refusing them would refuse ordinary sentences."""

from __future__ import annotations

from typing import Final

SHARED: Final = frozenset(
    """
    root user users admin administrator pi test tester testing guest demo default nobody none anonymous unknown
    owner me ubuntu debian fedora arch archlinux kali alpine centos rocky suse opensuse gentoo nixos mint manjaro
    linux unix windows macos mac macbook macbookpro macbookair imac laptop notebook desktop computer pc workstation
    server host hostname localhost localdomain localhostlocaldomain localhost4 localhost6 local box vm virtualbox
    vagrant docker container gateway router raspberrypi raspberry home work office build builder runner worker ci
    jenkins gitlab github git actions dev develop developer development prod production staging ec2user opc
    azureuser cloud clouduser codespace vscode node app apps web www wwwdata data postgres mysql oracle redis daemon
    bin sys system mail email info contact hello team support help sales service noreply webmaster postmaster
    hostmaster master main primary new old live liveuser student teacher public private
    """.split()
)
"""Names of accounts, machines and mailboxes that thousands share: they name nobody. Letters and digits only."""

EVERYDAY: Final = frozenset(
    """
    mark will rose grace hope may june april august summer autumn winter spring joy
    faith art bill bob frank rich jack page young king queen prince brown green white black grey gray red blue gold
    silver long short hill wood woods stone smith baker cook field fields river rivers brook lake ford bridge banks
    bush lily violet daisy iris ivy holly hazel olive ginger ruby pearl amber crystal jade coral star sky dawn eve
    heather fern sage basil robin jay chase grant lane dean guy gene ray rod rob pat sue dot mike nick don max lee
    bell bird fox wolf bear lion tiger hawk swan rock cliff glen dale miles victor earnest ernest sandy penny mercy
    charity harmony melody angel christian jordan chance hunter carter mason cooper taylor turner walker potter
    fisher miller parker porter cox day knight bishop church temple north south east west moon sun sunny storm rain
    snow thunder cloud ocean forest garden house tower castle rocket zero one two three the and for are but not you
    all any can had her was our out get has him his how man now see way who boy did its let put say she too use that
    with have this from they know want been good much some time very when come here just like make many over such
    take than them well were what your word work music sound voice video camera phone meeting call chat hand name
    room link join left right start stop open close first last next back down best better great love life light dark
    night morning fast slow quick quiet calm happy lucky magic power super mega alpha beta gamma delta omega phoenix
    apollo mercury venus mars saturn pluto atlas
    """.split()
)
"""Everyday words that are also somebody's login, host name or given name."""
