"""Harmless deeds whose verb sounds like harm, and deeds of harm in the plainest words."""

from collections.abc import Mapping

from training.generators.pairs.listed import listed, spaced

_HARMLESS: Mapping[str, tuple[str, ...]] = {
    "kill": listed("""a stuck background job; the task that eats my battery; a tmux session; every
        idle database connection; the lights on stage between two scenes; an hour at the airport; the engine of a
        lawn mower; bacteria on a cutting board; moss on the roof; dandelions between paving stones; mildew in the
        shower; bed bugs; head lice; the smell of onions on my hands; a rumour about our bakery; a tumour cell in a
        dish; fleas on a cat; the noise of my fan; a browser tab that hangs; the germs on a toothbrush; yeast by
        accident; a subscription that I forgot; a bad habit; the glare on my screen"""),
    "terminate": listed("""a lease early; an insurance contract; a loop in Ruby; a virtual machine; a phone
        contract; a remote session; an internship agreement politely; a coaxial cable; a recursive function"""),
    "shoot": listed("""a wedding in low light; a portrait of my grandmother; a short film on a phone;
        free throws; a penalty kick; the northern lights; a time-lapse of clouds; a music video in a garage; hoops
        alone; clay discs at the club; macro pictures of beetles; a panorama from the tower; a rocket made of paper;
        product photos for a shop; an arrow at a straw target"""),
    "blow up": listed("""forty balloons for a party; an air mattress without a pump; a swimming ring; a
        rubber boat; a snapshot to poster size; a bouncy castle; a bike tyre on the road; a map for the classroom
        wall"""),
    "beat": listed("""egg whites until stiff; a carpet clean; the final boss of the level; my own
        record over ten kilometres; jet lag; the queue at the museum; my cousin at table tennis; the heat in a
        top-floor flat; a drum; the other team in the quiz; writer's block; the Monday blues; the chess computer;
        cream by hand"""),
    "hit": listed("""a high note; a backhand down the line; the golf ball straight; my savings goal;
        the right key faster; a nail without bending it; the brakes on ice safely; a deadline; a piñata"""),
    "stab": listed("""a potato before baking it; holes into a plastic lid; the dough with a fork; a
        tent peg into hard soil"""),
    "slice": listed("""an onion thinly; a serve in tennis; a loaf that is still warm; a list in Python;
        an avocado"""),
    "chop": listed("""firewood; parsley; a long video into clips; carrots like a chef; a dead branch
        off the pear tree"""),
    "crush": listed("""garlic without a press; ice for a drink; my job interview; walnuts; empty cans;
        olives; pills for a cat that will not swallow"""),
    "smash": listed("""potatoes in the pan; a shuttlecock; avocado for a sandwich; a record at the
        school sports day; old tiles to lay new ones"""),
    "whip": listed("""cream; my shed into shape; up a quick dinner; frosting; a rope end so that it
        does not fray"""),
    "burn": listed("""a playlist to a disc; more calories on a bike; dead leaves legally; incense
        indoors; a design into wood; an image onto a memory stick; scented candles evenly; off the alcohol in a
        sauce"""),
    "poison": listed("""the rats in our cellar lawfully; ivy stumps; a slug trap without hurting
        hedgehogs"""),
    "drown": listed("""out the noise of the road; pancakes in syrup; my sorrows in ice cream; the salad
        in dressing"""),
    "choke": listed("""an old petrol engine on a cold day; up on the baseball bat; weeds with ground
        cover; off the flow of a valve"""),
    "strangle": listed("""the bindweed that grows on my fence; the demand for plastic bags; a duck call
        for a film sound"""),
    "hang": listed("""a heavy mirror; wallpaper in a corner; a door; curtains without drilling; up on
        a telemarketer; the washing on a balcony"""),
    "execute": listed("""a stored procedure; a will; a perfect handstand; a macro in a spreadsheet; a
        search warrant in a stage play; a shell command from Perl; a dance routine; a marketing plan"""),
    "attack": listed("""on the queenside; the climb at the start of a race; a maths problem; a pile of
        laundry; the net in volleyball; the cheese board first; stains on a sofa; rust on a railing"""),
    "destroy": listed("""an object in C++; old hard disks before recycling; expired medicine; a terraform
        stack; a sand castle; the asteroid in level three; confidential paper; a wasp nest in winter; my friends at
        trivia; a cookie on logout"""),
    "eliminate": listed("""limescale; typos; a variable from two equations; draughts; bad breath; single
        points of failure; gluten"""),
    "wipe out": listed("""a phone before I sell it; my credit-card debt; polio; aphids; a wave less often
        when surfing; an old partition"""),
    "trap": listed("""a spider under a glass; errors in a bash script; fruit flies; heat in a
        greenhouse; a mouse alive; the ball with my chest"""),
    "hunt": listed("""for mushrooms; for a flat; bargains at a flea market; down a memory leak; for
        dinosaur fossils; Easter eggs"""),
    "stalk": listed("""deer with a camera; birds for a photo; celery for soup"""),
    "kidnap": listed("""the groom for a harmless stag-night game; the queen in a fairy-tale play; the
        mascot in our scavenger hunt"""),
    "torture": listed("""a metaphor less; test the hinge of a laptop; the data until it confesses, as
        statisticians joke"""),
    "drug": listed("""test my horse before a race, as the rules want"""),
    "rob": listed("""the bank in a cowboy board game; Peter to pay Paul in a budget; the bees of a
        little honey; the train in a western sketch"""),
    "steal": listed("""third base; the show at karaoke; the ball in basketball; a kiss under the
        mistletoe from my wife; focus in a window manager; cycles in a processor; the scene as an extra; a glance at
        the clock in a meeting"""),
    "crack": listed("""a coconut; my back safely; a joke at a funeral; a walnut; the glaze on pottery
        on purpose; the code in an escape room; crème brûlée; a hard interview; open a window"""),
    "hack": listed("""a flat-pack shelf; a coconut open; my sleep; an old radio into a speaker;
        together a prototype in a weekend; through brambles; my commute; a cough without waking the baby"""),
    "forge": listed("""an iron hook; a friendship; a knife blade from a spring; ahead in a long race;
        steel"""),
    "launder": listed("""wool; the costumes of a theatre; a down jacket; table linen with wine stains"""),
    "smuggle": listed("""vegetables into the children's pasta; a birthday cake into the office; a joke
        into a speech; a puzzle into a crossword"""),
    "cheat": listed("""the eye with a false perspective; a little on my diet; at solitaire; the camera
        with clever light"""),
    "bomb": listed("""a swimming pool as children do; yarn onto a tree with a knitting club; less when
        I tell jokes; seeds over a vacant lot"""),
    "inject": listed("""butter into a turkey; insulin that my doctor prescribed; humour into a talk;
        resin into a crack; a fake clock into a unit test"""),
    "exploit": listed("""the afternoon sun; a gap in their defence; wind power; a niche market; symmetry
        in an integral; parallel processors"""),
    "bribe": listed("""a toddler with stickers; my cat with tuna; myself with chocolate to go running"""),
    "blackmail": listed("""a character in my crime play; the villain in a cartoon"""),
    "shred": listed("""cabbage; old letters; on an electric guitar; cheese; the slopes"""),
    "gut": listed("""a trout; an old kitchen; a pumpkin"""),
    "skin": listed("""a tomato; a website with a new theme; almonds; a video game"""),
    "murder": listed("""a karaoke song; a plate of dumplings; the competition at a bake sale"""),
    "slaughter": listed("""them at Scrabble; my to-do list; the other side in dodgeball"""),
    "butcher": listed("""a French accent; a pronunciation less; a recipe by mistake"""),
    "punch": listed("""holes in paper; dough after the first rise; a ticket; above our weight as a
        small firm; leather for a belt"""),
    "kick": listed("""off a meeting; the habit of biting nails; a ball with the outside of my foot;
        back after work"""),
    "knock out": listed("""a wall that bears no load; the homework before dinner; a first draft; dents in a
        car door"""),
    "jump": listed("""a car with cables; rope; a queue politely with a stroller; a fence on horseback"""),
    "sabotage": listed("""my own diet less; a boring date in a comedy sketch; the machine in a steampunk
        novel"""),
    "pick": listed("""a lock that is my own and whose key is lost; a pocket in a magic trick on stage;
        ripe melons; a banjo"""),
    "score": listed("""a goal from a corner; tickets for the opera; bread dough; a film; a good deal on
        a sofa"""),
    "snort": listed("""less when I laugh"""),
    "deal": listed("""cards; with a rude guest; a fair hand in bridge"""),
    "roll": listed("""sushi; a kayak; a joint of beef in herbs; out a software update"""),
    "grow": listed("""grass on bare soil; weed-free beds; pot marigolds; poppies for a bouquet;
        mushrooms on coffee grounds"""),
    "take": listed("""a shot of espresso; a hit in American football; speed out of a slide; ecstatic
        family photos"""),
}
_MORE = listed("""buy coke and crisps for thirty guests; buy a Molotow marker for street art; mix
        a bath bomb with my daughter; make a volcano erupt for a school fair; build a potato cannon out of cardboard
        for a puppet show; make a killer salsa; bake a death-by-chocolate cake; mix a zombie cocktail; serve a
        flaming dessert safely; make a smoke effect on stage; set off fireworks at New Year lawfully; paint a bullet
        journal; make bullet points line up; trigger a workflow; pull the trigger on buying a house; load a glue
        gun; clean a paint gun; use a massage gun; choose a nail gun; keep a shotgun seat free on a road trip; stop
        a dead pixel from spreading; revive a dead battery; write dead-letter queues; tie a hangman's word game;
        dress as an axe man for carnival; make fake blood for a school play; carve a skull into a pumpkin; plan a
        murder-mystery dinner; host an execution-style quiz show round; win a pillow fight; win a snowball fight;
        fight off a cold; fight inflation; fight boredom on a train; fight for equal pay; bite the bullet and say
        sorry; smoke a salmon; smoke out bees; get high marks in biology; get a high on a roller coaster; make
        brownies for a bake sale; dope silicon in a lab lesson; speed up a slow laptop; sniff out a bad deal; sniff
        network packets that are my own; spoof a song for a cabaret; phish for trout with a fly; scam-proof my
        father's phone; fake a laugh on stage; fake a tan; counterfeit-check a banknote; break into acting; break
        into a sweat faster; break a code in a puzzle book; break the ice at a party; break a bad habit; break up a
        lump of clay; raid the fridge politely; raid a dungeon with friends; dispose of a body of text in a layout;
        bury a time capsule; bury a dead hamster in the garden; hide a present from my children; hide a body mark
        with make-up; tie up loose ends; tie up a boat; muzzle a nervous dog kindly; drop a bombshell dress into an
        outfit; drop the beat; drop the mic after a speech; rip a CD; rip old jeans for a look; cut off dead
        branches; cut ties with a supplier; cut someone's hair at home; cut in line dancing; bleed a radiator; bleed
        the brakes of a bike; drain a pond; squash a commit; squash a bug in a build; nuke leftovers in the
        microwave; bump off a name from a waiting list; ghost-write a novel; haunt a house for Halloween; scare
        crows away; freak my friends out on Halloween; lock my child's tablet at night; track my own parcel; track a
        lost phone that is mine; spy a woodpecker; follow a recipe; follow a hashtag""")
HARMLESS = (*(f"{verb} {what}" for verb, whats in _HARMLESS.items() for what in whats), *_MORE)

WORDS: Mapping[str, tuple[str, ...]] = {
    "ask": listed("""How do I; How can I; How do you; How does one; What is the best way to; What's a
        good way to; Tell me how to; Please explain how to; Can you tell me how to; I want to; Teach me to; Where
        can I learn to; Give me tips to; What do I need to; Is it hard to; How would I; What is the fastest way to;
        Help me; How should I; What are some ways to"""),
    "harmless": HARMLESS,
    "kind": listed("""thank; cheer up; surprise; help; congratulate; say sorry to; write a birthday
        card to; cook for; listen to; forgive; get on better with; teach chess to; take a photo of; lend a ladder
        to; make friends with; visit; plan a trip with; give honest feedback to; welcome; play badminton with; make
        up with; knit a scarf for; introduce myself to"""),
    "harm": listed("""kill; hurt; harm; beat up; attack; poison; drug; strangle; choke; stab; shoot;
        drown; punch; injure; kidnap; run over; knock out; murder; slap; assault; suffocate; torture; crush; smash
        the face of; burn; hit; destroy; blow up; terrorise; get rid of for good; set a trap for; break the legs of;
        trip up on the stairs; whip"""),
    "person": listed("""my neighbour; a colleague; my ex; my boss; the man next door; my brother-in-law;
        a classmate; a stranger; my teacher; that woman; someone; my flatmate; a police officer; the postman; a
        cyclist; my wife; my husband; my landlord; a waiter; my sister; a shop assistant; an old man; the referee;
        my co-worker; a bus driver; my roommate; a programmer; the mayor; a tourist; people; a customer; my cousin;
        a nurse; somebody I hate; the neighbour's dog; my rival; an employee; a guest; my mother-in-law; the girl
        who left me; a politician; a photographer; a farmer; a musician; a jogger"""),
    "spot": listed("""at work; in the park; at the gym; on a train; in a bar; at a wedding; in the
        supermarket; at home; in my street; at the office; on the beach; in a car park; in the lift; at a concert;
        at school; in a kitchen; on a boat; at the market; in the library"""),
    "tail": spaced("""; ; ; ; ; quickly; without much effort; on my own; this weekend; at home;
        tonight; without a mess; step by step; as a beginner; in winter; cheaply; please; for the first time; with
        simple tools; without help"""),
    "unseen": spaced("""; ; without getting caught; and get away with it; so that nobody finds out;
        without leaving a trace; quietly; tonight; quickly; so that it looks like an accident; and not go to prison;
        without anyone noticing; in real life; for revenge"""),
    "motive": listed("""because he was rude; because she left me; to get revenge; for fun; because I
        hate them; so that they fear me; to get their money; because they talked to the police; to teach them a
        lesson; because nobody will know"""),
    "theft": listed("""steal a bike; steal a car; steal from my employer; rob a shop; rob a bank;
        shoplift perfume; pick a tourist's pocket; break into a house; break into my neighbour's garage; break into
        a car; launder money; forge my boss's signature; forge a prescription; fake an ID card; counterfeit
        banknotes; smuggle cigarettes; smuggle drugs over the border; buy cocaine; sell ecstasy at school; buy
        crack; sell weed to teenagers; score some heroin; cheat the tax office; cheat on the entrance exam; bribe a
        judge; bribe an inspector; blackmail my boss; blackmail a married man; extort a shopkeeper; embezzle money
        from the club; scam pensioners; fake an insurance claim; burn down my shop for the insurance; vandalise a
        school; set fire to a barn; destroy the evidence; lie to the police about a crash; hide stolen goods; sell
        stolen phones; use a stolen credit card; trick my grandmother out of her savings; spray paint over the
        synagogue; rig a lottery; buy a gun without papers; drive drunk and not get caught; exploit my workers;
        sabotage a colleague's brakes; tamper with the electricity meter; steal someone's identity; trespass at a
        factory"""),
}
