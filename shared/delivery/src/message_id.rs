/// Placeholder.
pub struct MessageId;
