//! Stories across functions, over memory and on the emulator; the shape of the workspace.

#[cfg(test)]
mod delivery_stories;
#[cfg(test)]
mod emulator;
#[cfg(test)]
mod fault_stories;
#[cfg(test)]
mod harness;
#[cfg(test)]
mod layers;
#[cfg(test)]
mod master_stories;
#[cfg(test)]
mod message_stories;
#[cfg(test)]
mod picture_stories;
#[cfg(test)]
mod plan_stories;
#[cfg(test)]
mod post_stories;
#[cfg(test)]
mod race_stories;
#[cfg(test)]
mod readme;
#[cfg(test)]
mod refresh_stories;
#[cfg(test)]
mod roster_stories;
#[cfg(test)]
mod scale_stories;
#[cfg(test)]
mod upload_stories;
