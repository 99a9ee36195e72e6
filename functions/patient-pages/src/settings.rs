use delivery::TryLimits;
use jiff::SignedDuration;

/// How long things last and how many of them there may be.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How long the page stays open after the birth date.
    pub session: SignedDuration,
    /// Answers to the question of one link.
    pub tries_of_link: TryLimits,
    /// Wrong answers from one source address, whatever the link: many phones share one.
    pub tries_of_source: TryLimits,
    /// How long the form for a picture takes it.
    pub picture_form: SignedDuration,
    /// The longest reply, in characters.
    pub reply_max_chars: usize,
    /// Replies to one message.
    pub max_replies: usize,
    /// Pictures of one reply that were not refused.
    pub max_pictures: usize,
}

impl Default for Settings {
    fn default() -> Self {
        let day = SignedDuration::from_hours(24);
        Self {
            session: SignedDuration::from_mins(30),
            tries_of_link: TryLimits {
                free: 5,
                window: day * 30,
                first_pause: SignedDuration::from_hours(1),
                longest_pause: day * 7,
                kept_for: day * 60,
            },
            tries_of_source: TryLimits {
                free: 30,
                window: SignedDuration::from_hours(1),
                first_pause: SignedDuration::from_hours(1),
                longest_pause: SignedDuration::from_hours(4),
                kept_for: day,
            },
            picture_form: SignedDuration::from_mins(30),
            reply_max_chars: 2_000,
            max_replies: 50,
            max_pictures: 3,
        }
    }
}
