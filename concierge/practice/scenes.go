package practice

import "foyer/policy"

// scenes are the shift, in order: the hard cases first met by everybody.
func scenes() []scene {
	return []scene{tuesday(), substitute(), elsewhere(), note(), gift(), browsing(), returning()}
}

func tuesday() scene {
	return scene{id: "tuesday", title: "The handbag of Tuesday", client: "Ms. Lindqvist", relation: policy.RelationPreferred,
		story: "She named you as her associate, and asks for help with a winter coat. On Tuesday she bought a handbag in the web shop, at home, in the evening.",
		items: []item{
			bought("From you", "Ankle boots, black, in spring", policy.SellerSelf, policy.ChannelHere, policy.SensitivityOrdinary, policy.AgeRecent),
			bought("In general", "structured handbags", policy.SellerUnassisted, policy.ChannelOnline, policy.SensitivityOrdinary, policy.AgeRecent),
			bought("Online", "Handbag, bought online on Tuesday", policy.SellerUnassisted, policy.ChannelOnline, policy.SensitivityOrdinary, policy.AgeFresh),
		},
		choices: []choice{
			{"“I see you bought a handbag on Tuesday. Shall we find a coat to go with it?”", mention, 2},
			{"“You like structured handbags, don’t you? This coat is made for them.”", mention, 1},
			{"You lay two coats beside a structured bag from the new season, and say nothing about it.", use, 1},
			{"“How are the ankle boots we found in spring?”", mention, 0},
			{"“What should the coat be able to do?”", talk, -1},
		}}
}

func substitute() scene {
	return scene{id: "substitute", title: "You cover for Ana", client: "Ms. Okonkwo", relation: policy.RelationSubstitute,
		story: "She asked for Ana, who is not in today. You said yes. The two of you have never met. Ana has sold her a navy coat and much else.",
		items: []item{
			known("Came for", "Navy coat, alteration ready", policy.FactServiceItem),
			known("Told us", "Prefers flat heels", policy.FactStatedForAll),
			known("Told us", "Shoe size 38", policy.FactStatedSize),
			bought("This store", "Navy coat, bought from Ana", policy.SellerColleague, policy.ChannelHere, policy.SensitivityOrdinary, policy.AgeRecent),
		},
		choices: []choice{
			{"“Ana tells me that you always take navy.”", mention, 3},
			{"You bring three pairs of shoes in 38 before she has said a word.", use, 2},
			{"You look up what she bought before, so as to be prepared.", pry, 3},
			{"“I am Tim; we have not met. What brings you in today?”", talk, -1},
			{"“Your navy coat is ready. Shall I fetch it, or do you want to look around first?”", mention, 0},
		}}
}

func elsewhere() scene {
	return scene{id: "elsewhere", title: "The coat from another city", client: "Ms. Baptiste", relation: policy.RelationPreferred,
		story: "She named you. In the store of another city a colleague has sold her two wool coats since last winter.",
		items: []item{
			bought("In general", "wool coats, grey", policy.SellerColleague, policy.ChannelOtherStore, policy.SensitivityOrdinary, policy.AgeRecent),
			bought("This store", "Scarf, grey, bought from Lea", policy.SellerColleague, policy.ChannelHere, policy.SensitivityOrdinary, policy.AgeRecent),
		},
		choices: []choice{
			{"“The coats from our other store, are you happy with them?”", mention, 0},
			{"“Lea sold you a grey scarf, I see.”", mention, 1},
			{"“Are you looking for something warm, or something light?”", talk, -1},
			{"You begin with knitwear that goes with grey, and leave the coats where they are.", use, 1},
		}}
}

func note() scene {
	return scene{id: "note", title: "The note", client: "Ms. Haddad", relation: policy.RelationPreferred,
		story: "She named you. Months ago she told you that her mother was in hospital, and you wrote it down for yourself. A colleague of hers has a note of his own, which you cannot see.",
		items: []item{
			noted("Your note", "Her mother was in hospital", policy.Note{Kind: policy.NotePersonal, Visibility: policy.NoteMine, Author: true}),
			noted("Note", "Decides on the second visit. Give her time.", policy.Note{Kind: policy.NoteHandling, Visibility: policy.NoteService}),
			noted("Note", "What a colleague wrote for himself", policy.Note{Kind: policy.NotePersonal, Visibility: policy.NoteMine}),
		},
		choices: []choice{
			{"“How is your mother?” is the first thing you say.", mention, 0},
			{"“You usually decide on the second visit, so I will put these aside.”", mention, 1},
			{"You leave her with two pairs and all the time she wants.", use, 1},
			{"She says that she has been at the hospital a lot. “I am sorry. How is your mother now?”", answer, 0},
			{"You ask a colleague what is in his note.", mention, 2},
		}}
}

func gift() scene {
	return scene{id: "gift", title: "The gift", client: "Mr. and Ms. Sørensen", relation: policy.RelationPreferred, company: true,
		story: "She named you, and comes with her husband. Two weeks before his birthday you wrapped a watch strap for her as a gift.",
		items: []item{
			bought("From you", "Watch strap, wrapped as a gift", policy.SellerSelf, policy.ChannelHere, policy.SensitivityGift, policy.AgeRecent),
		},
		choices: []choice{
			{"“And, did the strap fit?”", mention, 0},
			{"You walk them to the watches, to see what he says.", use, 0},
			{"“Good afternoon to you both. What would you like to see?”", talk, -1},
			{"Later, alone at the till, she says herself that he wears the strap every day. “I am glad.”", answer, 0},
		}}
}

func browsing() scene {
	return scene{id: "browsing", title: "She looks around", client: "Ms. Adeyemi", relation: policy.RelationPreferred, browsing: true,
		story: "Your list says: in the store, looking around. She named you, and chose “let me look around”. She stands in front of the new coats.",
		items: []item{known("Wishes", "Likes to look around first", policy.FactStatedForAll)},
		choices: []choice{
			{"You go to her: “Can I help you with the coats?”", come, -1},
			{"You follow her a few steps behind, in case she turns round.", come, -1},
			{"You ask a colleague to go and greet her.", come, -1},
			{"You go on with your work where she can see you.", stay, -1},
		}}
}

func returning() scene {
	return scene{id: "returning", title: "She asks for it", client: "Ms. Novak", relation: policy.RelationSubstitute,
		story: "You cover for Ana again. Ms. Novak says: “The loafers I bought here in spring have come apart.” She has the receipt.",
		items: []item{
			bought("This store", "Loafers, cognac, bought from Ana in spring", policy.SellerColleague, policy.ChannelHere, policy.SensitivityOrdinary, policy.AgeRecent),
			bought("Online", "What she bought online", policy.SellerUnassisted, policy.ChannelOnline, policy.SensitivityOrdinary, policy.AgeRecent),
		},
		choices: []choice{
			{"With the number on her receipt you open that one order: return or repair. She sees on her page that you did, and why.", reveal, 0},
			{"While you are at it you open what she bought online, too.", pry, 1},
			{"“I am sorry. May I see them, and what would you like us to do?”", talk, -1},
			{"“Ana wrote down that you walk a lot, it must be that.”", mention, 1},
		}}
}
